//! Puts the task back into the deque, as in exercise 03.
//! says: who waits to receive

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
        if let GeneratorState::Yielded(_) = task.resume() {
            self.tasks.push_back(task);
        }
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        self.tasks.extend(can_recv.iter().filter_map(|fd| self.recv_wait.remove(fd)));
        self.tasks.extend(can_send.iter().filter_map(|fd| self.send_wait.remove(fd)));
    }
}
