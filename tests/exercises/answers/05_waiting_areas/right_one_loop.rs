//! One loop over both pairs of a list and an area.

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
            GeneratorState::Yielded((Op::Recv, fd)) => {
                self.recv_wait.insert(fd, task);
            }
            GeneratorState::Yielded((Op::Send, fd)) => {
                self.send_wait.insert(fd, task);
            }
            GeneratorState::Complete(_) => {}
        }
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        let pairs = [(can_recv, &mut self.recv_wait), (can_send, &mut self.send_wait)];
        for (fds, area) in pairs {
            for fd in fds {
                let Some(task) = area.remove(fd) else { continue };
                self.tasks.push_back(task);
            }
        }
    }
}
