//! There are as many senders as receivers.
//! ---
//! Es gibt so viele Sender wie Empfänger.

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
        let pairs: Vec<_> = can_recv.iter().zip(can_send).collect();
        for (fd, _) in &pairs {
            self.tasks.extend(self.recv_wait.remove(fd));
        }
        for (_, fd) in &pairs {
            self.tasks.extend(self.send_wait.remove(fd));
        }
    }
}
