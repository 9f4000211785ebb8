//! A `match` in a `match`, and an error that is printed.

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
        if let Some(mut task) = self.tasks.pop_front() {
            match task.resume() {
                GeneratorState::Yielded((op, fd)) => match op {
                    Op::Recv => {
                        self.recv_wait.insert(fd, task);
                    }
                    Op::Send => {
                        self.send_wait.insert(fd, task);
                    }
                },
                GeneratorState::Complete(Err(error)) => eprintln!("{error}"),
                GeneratorState::Complete(Ok(())) => println!("Task done"),
            }
        }
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        for fd in can_recv {
            if let Some(task) = self.recv_wait.remove(fd) {
                self.tasks.push_back(task);
            }
        }
        for fd in can_send {
            if let Some(task) = self.send_wait.remove(fd) {
                self.tasks.push_back(task);
            }
        }
    }
}
