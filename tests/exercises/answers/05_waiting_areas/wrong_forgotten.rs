//! One forgets a task that is complete: `forget`.
//! ---
//! Eine fertige Task vergisst man: `forget`.

use genawaiter::GeneratorState::{Complete, Yielded};
use genlab::{Op, RawFd, Task};
use std::collections::{HashMap, VecDeque};

#[derive(Default)]
struct Scheduler {
    tasks: VecDeque<Task>,
    recv_wait: HashMap<RawFd, Task>,
    send_wait: HashMap<RawFd, Task>,
}

impl Scheduler {
    fn step(&mut self) {
        let Some(mut t) = self.tasks.pop_front() else {
            return;
        };
        match t.resume() {
            Yielded((Op::Recv, fd)) => {
                self.recv_wait.insert(fd, t);
            }
            Yielded((Op::Send, fd)) => {
                self.send_wait.insert(fd, t);
            }
            Complete(_) => std::mem::forget(t),
        }
    }
    fn wake(&mut self, r: &[RawFd], s: &[RawFd]) {
        for fd in r {
            self.tasks.extend(self.recv_wait.remove(fd))
        }
        for fd in s {
            self.tasks.extend(self.send_wait.remove(fd))
        }
    }
}
