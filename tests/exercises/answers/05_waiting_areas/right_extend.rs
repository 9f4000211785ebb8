//! `extend`, and a variable for the area.

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
