//! # 05 · The waiting areas / Die Wartebereiche
//!
//! Why: a task is in exactly one place: in the deque, in an area, or in the hands of `step`. Rust
//! sees to that, since a task can only be moved. `remove` takes the task out of its area and gives
//! it to us, which is what Python's `pop` does. `extend` with an iterator of removed tasks is just
//! as good as the loop. What yields `Op::Send` may also be the `_` case, as long as `Complete` is
//! looked at first.
//!
//! ---
//!
//! Warum: Eine Task ist immer an genau einem Ort: in der Deque, in einem Bereich oder in den
//! Händen von `step`. Dafür sorgt Rust, denn eine Task lässt sich nur verschieben, nicht kopieren.
//! `remove` nimmt sie aus ihrem Bereich und gibt sie uns, wie `pop` in Python. Ein `extend` mit
//! einem Iterator über die entfernten Tasks ist so gut wie die Schleife. `Op::Send` darf auch der
//! Fall `_` sein, solange vorher nach `Complete` gesehen wird.

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
            GeneratorState::Complete(_) => (),
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

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/waiting_areas.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::waiting_areas(::exercises::Areas {
            new: super::Scheduler::default,
            step: super::Scheduler::step,
            wake: super::Scheduler::wake,
            parts: |all| (&mut all.tasks, &mut all.recv_wait, &mut all.send_wait),
        });
    }
}
