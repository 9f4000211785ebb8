//! Wakes all that wait, not only those who can go on.
//! says: who still waits to receive

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
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => drop(self.recv_wait.insert(fd, task)),
            GeneratorState::Yielded((Op::Send, fd)) => drop(self.send_wait.insert(fd, task)),
            GeneratorState::Complete(_) => (),
        }
    }

    fn wake(&mut self, _can_recv: &[RawFd], _can_send: &[RawFd]) {
        self.tasks.extend(self.recv_wait.drain().map(|(_, task)| task));
        self.tasks.extend(self.send_wait.drain().map(|(_, task)| task));
    }
}
