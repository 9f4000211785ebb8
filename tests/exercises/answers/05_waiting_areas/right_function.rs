//! What both loops do is a function.

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
        let mut task = self.tasks.pop_front().expect("a task");
        if let GeneratorState::Yielded(wait) = task.resume() {
            let (Op::Recv, fd) = wait else {
                let _ = self.send_wait.insert(wait.1, task);
                return;
            };
            let _ = self.recv_wait.insert(fd, task);
        }
    }

    fn move_all(tasks: &mut VecDeque<Task>, area: &mut HashMap<RawFd, Task>, fds: &[RawFd]) {
        fds.iter().for_each(|fd| tasks.extend(area.remove(fd)));
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        Scheduler::move_all(&mut self.tasks, &mut self.recv_wait, can_recv);
        Scheduler::move_all(&mut self.tasks, &mut self.send_wait, can_send);
    }
}
