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

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Log, check};
    use genlab::task;

    /// A task that waits once, for a number that stands for a descriptor.
    fn waiter(log: &Log, name: &'static str, op: Op, fd: RawFd) -> Task {
        let log = log.clone();
        task(move |co| async move {
            log.push(format!("{name} begins"));
            co.yield_((op, fd)).await;
            log.push(format!("{name} goes on"));
            Ok(())
        })
    }

    fn numbers(area: &HashMap<RawFd, Task>) -> Vec<RawFd> {
        let mut numbers: Vec<_> = area.keys().copied().collect();
        numbers.sort();
        numbers
    }

    #[test]
    fn step_parks_a_task_by_what_it_yielded() {
        check(
            "`step` resumes the first task once, and parks it under its descriptor.",
            "`step` setzt die vorderste Task einmal fort und parkt sie unter ihrem Deskriptor.",
            || {
                let log = Log::new();
                let mut scheduler = Scheduler::default();
                scheduler.tasks.push_back(waiter(&log, "a", Op::Recv, 7));
                scheduler.tasks.push_back(waiter(&log, "b", Op::Send, 8));
                scheduler.step();
                assert_eq!(log.text(), "a begins", "after one step");
                scheduler.step();
                assert_eq!(log.text(), "a begins, b begins", "after two steps");
                assert_eq!(numbers(&scheduler.recv_wait), [7], "who waits to receive");
                assert_eq!(numbers(&scheduler.send_wait), [8], "who waits to send");
                assert!(scheduler.tasks.is_empty(), "the deque should be empty, all are parked");
            },
        );
    }

    #[test]
    fn wake_moves_receivers_before_senders_and_nobody_else() {
        check(
            "`wake` moves the named tasks to the end of the deque: receivers, then senders.",
            "`wake` stellt die genannten Tasks hinten an: erst Empfänger, dann Sender.",
            || {
                let log = Log::new();
                let mut scheduler = Scheduler::default();
                for (name, op, fd) in
                    [("a", Op::Send, 4), ("b", Op::Recv, 5), ("c", Op::Recv, 6), ("d", Op::Send, 7)]
                {
                    scheduler.tasks.push_back(waiter(&log, name, op, fd));
                    scheduler.step();
                }
                scheduler.tasks.push_back(waiter(&log, "e", Op::Recv, 8));
                scheduler.wake(&[5], &[4]);
                assert_eq!(numbers(&scheduler.recv_wait), [6], "who still waits to receive");
                assert_eq!(numbers(&scheduler.send_wait), [7], "who still waits to send");
                assert_eq!(scheduler.tasks.len(), 3, "how many tasks are in the deque");
                log.push("|");
                for _ in 0..3 {
                    scheduler.step();
                }
                let text = log.text();
                let after = text.split("|, ").nth(1).unwrap_or_default();
                assert_eq!(after, "e begins, b goes on, a goes on", "the order after `wake`");
            },
        );
    }

    #[test]
    fn a_task_that_is_complete_is_gone() {
        check(
            "A task that is complete waits nowhere and is in no deque.",
            "Eine fertige Task wartet nirgends und steht in keiner Deque.",
            || {
                let log = Log::new();
                let mut scheduler = Scheduler::default();
                scheduler.tasks.push_back(waiter(&log, "a", Op::Recv, 7));
                scheduler.step();
                scheduler.wake(&[7], &[]);
                scheduler.step();
                assert_eq!(log.text(), "a begins, a goes on");
                assert!(scheduler.tasks.is_empty(), "the deque should be empty");
                assert!(scheduler.recv_wait.is_empty(), "nobody should wait to receive");
                assert!(scheduler.send_wait.is_empty(), "nobody should wait to send");
            },
        );
    }
}
