//! Looks into the area, but leaves the task there.
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

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        for fd in can_recv {
            self.recv_wait.get_mut(fd).unwrap().resume();
        }
        for fd in can_send {
            self.send_wait.get_mut(fd).unwrap().resume();
        }
    }
}
