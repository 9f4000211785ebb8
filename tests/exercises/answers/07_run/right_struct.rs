//! The scheduler of exercise 05, and a loop.

use std::collections::{HashMap, VecDeque};

use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

#[derive(Default)]
struct Scheduler {
    tasks: VecDeque<Task>,
    recv_wait: HashMap<RawFd, Task>,
    send_wait: HashMap<RawFd, Task>,
}

impl Scheduler {
    fn step(&mut self) {
        let Some(mut task) = self.tasks.pop_front() else { return };
        if let GeneratorState::Yielded((op, fd)) = task.resume() {
            let area = if op == Op::Recv { &mut self.recv_wait } else { &mut self.send_wait };
            area.insert(fd, task);
        }
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        self.tasks.extend(can_recv.iter().filter_map(|fd| self.recv_wait.remove(fd)));
        self.tasks.extend(can_send.iter().filter_map(|fd| self.send_wait.remove(fd)));
    }
}

fn run(tasks: VecDeque<Task>) {
    let mut all = Scheduler { tasks, ..Scheduler::default() };
    while all.tasks.len() + all.recv_wait.len() + all.send_wait.len() > 0 {
        if all.tasks.is_empty() {
            let (can_recv, can_send) = exercises::select(&all.recv_wait, &all.send_wait);
            all.wake(&can_recv, &can_send);
        }
        all.step();
    }
}
