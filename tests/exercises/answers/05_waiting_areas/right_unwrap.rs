//! `unwrap`, as Python's `pop` raises `KeyError`.

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
        let mut task = self.tasks.pop_front().unwrap();
        let state = task.resume();
        match state {
            GeneratorState::Complete(_) => {}
            GeneratorState::Yielded((Op::Send, fd)) => {
                self.send_wait.insert(fd, task);
            }
            GeneratorState::Yielded((_, fd)) => {
                self.recv_wait.insert(fd, task);
            }
        }
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        for fd in can_recv {
            let task = self.recv_wait.remove(fd).unwrap();
            self.tasks.push_back(task);
        }
        for fd in can_send {
            let task = self.send_wait.remove(fd).unwrap();
            self.tasks.push_back(task);
        }
    }
}
