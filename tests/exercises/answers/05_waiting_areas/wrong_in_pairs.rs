//! Receivers and senders take turns: one of these, one of those.
//! ---
//! Empfänger und Sender wechseln sich ab: einer von diesen, einer von jenen.

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
        for i in 0..can_recv.len().max(can_send.len()) {
            self.tasks.extend(can_recv.get(i).and_then(|fd| self.recv_wait.remove(fd)));
            self.tasks.extend(can_send.get(i).and_then(|fd| self.send_wait.remove(fd)));
        }
    }
}
