//! Those who wake up push in at the front of the deque.
//! says: the order after `wake`

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
            self.tasks.push_front(self.recv_wait.remove(fd).unwrap());
        }
        for fd in can_send {
            self.tasks.push_front(self.send_wait.remove(fd).unwrap());
        }
    }
}
