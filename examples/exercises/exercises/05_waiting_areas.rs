//! # 05 · The waiting areas / Die Wartebereiche
//!
//! From here on a task yields why it stops, and for which descriptor: `(Op::Recv, fd)` or
//! `(Op::Send, fd)`. The descriptor is the number by which the system knows an open connection. A
//! task that waits must not go back into the deque, it cannot go on yet. It is parked in a waiting
//! area, under its descriptor: `recv_wait` or `send_wait`.
//!
//! Write `step`: take the task at the front, resume it once, and park it by what it yielded. One
//! that is complete is dropped. Write `wake`: move the tasks of the descriptors in `can_recv` and
//! `can_send`, and no others, from their area to the end of the deque, first the receivers, then
//! the senders.
//!
//! ---
//!
//! Ab jetzt sagt eine Task bei jedem `yield`, warum sie anhält und für welchen Deskriptor:
//! `(Op::Recv, fd)` oder `(Op::Send, fd)`. Der Deskriptor ist die Nummer, unter der das System eine
//! offene Verbindung kennt. So eine Task darf nicht in die Deque zurück, sie kann ja noch nicht
//! weitermachen. Sie wird unter ihrem Deskriptor in einem Wartebereich geparkt: in `recv_wait` oder
//! in `send_wait`.
//!
//! Schreib `step`: Nimm die vorderste Task, setze sie einmal fort und parke sie nach dem, was sie
//! liefert. Eine fertige Task wird verworfen. Schreib `wake`: Stell die Tasks der Deskriptoren in
//! `can_recv` und `can_send`, und nur sie, aus ihrem Bereich hinten an; erst die Empfänger, dann
//! die Sender.

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
        // TODO: `match task.resume()`. Three cases; the first, with braces and a semicolon:
        // `GeneratorState::Yielded((Op::Recv, fd)) => { self.recv_wait.insert(fd, task); }`
        // The last: `GeneratorState::Complete(_) => {}`
        todo!("resume the task once, and park it in `recv_wait` or `send_wait`");
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        // TODO: two loops. `if let Some(task) = self.recv_wait.remove(fd)` takes a task out of its
        // area, if it is there.
        todo!("move the tasks of `can_recv`, then those of `can_send`, to the end of the deque");
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
