//! Among themselves, those who wake up need no order.
//! ---
//! Untereinander brauchen die Geweckten keine Reihenfolge.

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
        let mut can_recv = can_recv.to_vec();
        can_recv.sort();
        for fd in can_recv {
            self.tasks.extend(self.recv_wait.remove(&fd));
        }
        for fd in can_send {
            self.tasks.extend(self.send_wait.remove(fd));
        }
    }
}
