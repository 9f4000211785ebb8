//! 05: the waiting areas.

use std::collections::{HashMap, VecDeque};
use std::io;

use genlab::{Op, RawFd, Task, task};

use crate::Log;
use crate::check::{Exercise, same};
use crate::random::Random;
use crate::recorder;
use crate::turns::Dropped;

/// The deque and the two areas.
pub type Parts<'a> =
    (&'a mut VecDeque<Task>, &'a mut HashMap<RawFd, Task>, &'a mut HashMap<RawFd, Task>);

/// The student's `Scheduler`, whatever else it has.
pub struct Areas<S> {
    /// `Scheduler::default`.
    pub new: fn() -> S,
    /// `Scheduler::step`.
    pub step: fn(&mut S),
    /// `Scheduler::wake`.
    pub wake: fn(&mut S, &[RawFd], &[RawFd]),
    /// The deque, `recv_wait` and `send_wait`.
    pub parts: for<'a> fn(&'a mut S) -> Parts<'a>,
}

impl<S> Clone for Areas<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Areas<S> {}

/// A task that waits for these numbers, one after the other, and then ends.
fn waiter(log: &Log, name: &str, waits: &[(Op, RawFd)], result: io::Result<()>) -> Task {
    let (log, name, waits) = (log.clone(), name.to_string(), waits.to_vec());
    task(move |co| async move {
        for (i, wait) in (1..).zip(waits) {
            log.push(format!("{name}{i}"));
            co.yield_(wait).await;
        }
        log.push(format!("{name} ends"));
        result
    })
}

fn fds(area: &HashMap<RawFd, Task>) -> Vec<RawFd> {
    let mut numbers: Vec<_> = area.keys().copied().collect();
    numbers.sort();
    numbers
}

/// The promises of `step` and `wake`.
pub fn waiting_areas<S: 'static>(areas: Areas<S>) {
    const EXERCISE: Exercise = Exercise("05_waiting_areas");
    let Areas { parts, .. } = areas;
    // The student's, with a recording of what they do.
    let new = move || {
        recorder::restart();
        (areas.new)()
    };
    let step = move |scheduler: &mut S| {
        recorder::appended(parts(scheduler).0);
        (areas.step)(scheduler);
        recorder::left("step", parts(scheduler));
    };
    let wake = move |scheduler: &mut S, can_recv: &[RawFd], can_send: &[RawFd]| {
        recorder::appended(parts(scheduler).0);
        recorder::named(can_recv, can_send);
        (areas.wake)(scheduler, can_recv, can_send);
        recorder::left("wake", parts(scheduler));
    };
    // Who waits in each of the areas, and how many are in the deque.
    let state = move |scheduler: &mut S, recv: &[RawFd], send: &[RawFd], deque: usize| {
        let (tasks, recv_wait, send_wait) = parts(scheduler);
        same(fds(recv_wait), recv, "who waits to receive", "wer aufs Empfangen wartet");
        same(fds(send_wait), send, "who waits to send", "wer aufs Senden wartet");
        same(
            tasks.len(),
            deque,
            "how many tasks are in the deque",
            "wie viele in der Deque stehen",
        );
    };
    // A scheduler in which these wait.
    let waiting = move |log: &Log, waits: &[(&str, Op, RawFd)]| {
        let mut scheduler = new();
        let park = |&(name, op, fd): &(&str, Op, RawFd)| {
            parts(&mut scheduler).0.push_back(waiter(log, name, &[(op, fd)], Ok(())));
            step(&mut scheduler);
        };
        waits.iter().for_each(park);
        scheduler
    };
    // The names of those in the deque, in their order.
    let order = move |scheduler: &mut S, log: &Log| {
        log.push("|");
        for mut task in parts(scheduler).0.drain(..) {
            let _ = task.resume();
        }
        log.text().rsplit("|").next().unwrap_or_default().trim_start_matches(", ").to_string()
    };
    EXERCISE.promises(
        "`step` resumes the first task once, and parks it under its descriptor.",
        "`step` setzt die vorderste Task einmal fort und parkt sie unter ihrem Deskriptor.",
        move || {
            let log = Log::new();
            let mut scheduler = new();
            for (name, op, fd) in
                [("a", Op::Recv, 7), ("b", Op::Send, 8), ("c", Op::Recv, 3), ("d", Op::Send, 9)]
            {
                let waits = [(op, fd), (Op::Recv, 100)];
                parts(&mut scheduler).0.push_back(waiter(&log, name, &waits, Ok(())));
            }
            step(&mut scheduler);
            same(
                log.text().as_str(),
                "a1",
                "who ran in the first step",
                "wer im ersten Schritt lief",
            );
            state(&mut scheduler, &[7], &[], 3);
            step(&mut scheduler);
            same(
                log.text().as_str(),
                "a1, b1",
                "who ran in two steps",
                "wer in zwei Schritten lief",
            );
            state(&mut scheduler, &[7], &[8], 2);
            step(&mut scheduler);
            step(&mut scheduler);
            same(log.text().as_str(), "a1, b1, c1, d1", "in four steps", "in vier Schritten");
            state(&mut scheduler, &[3, 7], &[8, 9], 0);
        },
    );
    EXERCISE.promises(
        "`wake` moves the named tasks to the end of the deque: receivers, then senders, in the order \
         in which they are named.",
        "`wake` stellt die genannten Tasks hinten an: erst Empfänger, dann Sender, in der \
         Reihenfolge, in der sie genannt sind.",
        move || {
            let log = Log::new();
            let waits =
                [("a", Op::Send, 4), ("b", Op::Recv, 5), ("c", Op::Recv, 6), ("d", Op::Send, 7)];
            let mut scheduler = waiting(&log, &waits);
            parts(&mut scheduler).0.push_back(waiter(&log, "e", &[], Ok(())));
            wake(&mut scheduler, &[5], &[4]);
            let (english, german) = ("the order after `wake`", "die Reihenfolge nach `wake`");
            state(&mut scheduler, &[6], &[7], 3);
            same(order(&mut scheduler, &log).as_str(), "e ends, b ends, a ends", english, german);

            let waits = [
                ("p", Op::Recv, 3),
                ("q", Op::Recv, 4),
                ("r", Op::Recv, 5),
                ("s", Op::Send, 6),
                ("t", Op::Send, 7),
                ("u", Op::Send, 8),
                ("v", Op::Recv, 9),
            ];
            let mut scheduler = waiting(&log, &waits);
            wake(&mut scheduler, &[5, 3, 4], &[8, 6]);
            state(&mut scheduler, &[9], &[7], 5);
            let (english, german) = ("the order of many", "die Reihenfolge von vielen");
            let expected = "r ends, p ends, q ends, u ends, s ends";
            same(order(&mut scheduler, &log).as_str(), expected, english, german);
        },
    );
    EXERCISE.promises(
        "Each is taken from its own area: one may wait to receive and another to send for the same \
         descriptor.",
        "Jede kommt aus ihrem eigenen Bereich: Für denselben Deskriptor kann eine aufs Empfangen \
         und eine andere aufs Senden warten.",
        move || {
            let log = Log::new();
            let waits =
                [("a", Op::Send, 4), ("b", Op::Recv, 4), ("c", Op::Recv, 5), ("d", Op::Send, 5)];
            let mut scheduler = waiting(&log, &waits);
            wake(&mut scheduler, &[4], &[5]);
            state(&mut scheduler, &[5], &[4], 2);
            same(
                order(&mut scheduler, &log).as_str(),
                "b ends, d ends",
                "who woke up",
                "wer aufwachte",
            );
            wake(&mut scheduler, &[], &[4]);
            state(&mut scheduler, &[5], &[], 1);
        },
    );
    EXERCISE.promises(
        "A task that is complete waits nowhere and is in no deque, whatever its result.",
        "Eine fertige Task wartet nirgends und steht in keiner Deque, was immer ihr Ergebnis ist.",
        move || {
            let log = Log::new();
            let mut scheduler = waiting(&log, &[("a", Op::Recv, 7)]);
            wake(&mut scheduler, &[7], &[]);
            step(&mut scheduler);
            same(log.text().as_str(), "a1, a ends", "what it did", "was sie getan hat");
            state(&mut scheduler, &[], &[], 0);
            let failed = Err(io::ErrorKind::ConnectionReset.into());
            parts(&mut scheduler).0.push_back(waiter(&log, "b", &[], failed));
            parts(&mut scheduler).0.push_back(waiter(&log, "c", &[], Ok(())));
            step(&mut scheduler);
            state(&mut scheduler, &[], &[], 1);
            let gone = Log::new();
            let ends = |name, result| {
                let gone = gone.clone();
                task(move |_co| Dropped::new(async { result }, name, &gone))
            };
            let mut scheduler = new();
            let failed = Err(io::ErrorKind::ConnectionReset.into());
            parts(&mut scheduler).0.extend([ends("d", Ok(())), ends("e", failed)]);
            (0..2).for_each(|_| step(&mut scheduler));
            same(
                gone.text().as_str(),
                "d, e",
                "who was dropped at the end",
                "wer am Ende verworfen war",
            );
        },
    );
    EXERCISE.promises(
        "However many there are, each goes its own way.",
        "Wie viele es auch sind, jede geht ihren Weg.",
        move || {
            let mut random = Random::new();
            let log = Log::new();
            let mut scheduler = new();
            // Each name is that of its descriptor. Parked where, we keep in mind.
            let (mut recv, mut send) = (Vec::new(), Vec::new());
            for fd in 3..30_u8 {
                let (op, area) = match random.below(2) {
                    0 => (Op::Recv, &mut recv),
                    _ => (Op::Send, &mut send),
                };
                area.push(RawFd::from(fd));
                let task = waiter(&log, &format!("{fd}:"), &[(op, fd.into())], Ok(()));
                parts(&mut scheduler).0.push_back(task);
            }
            (3..30).for_each(|_| step(&mut scheduler));
            let mut woken = Vec::new();
            let mut draw = |area: &mut Vec<RawFd>| -> Vec<RawFd> {
                let count = random.below(area.len() + 1);
                let fds: Vec<_> =
                    (0..count).map(|_| area.swap_remove(random.below(area.len()))).collect();
                area.sort();
                woken.extend(fds.iter().map(|fd| format!("{fd}: ends")));
                fds
            };
            let (can_recv, can_send) = (draw(&mut recv), draw(&mut send));
            wake(&mut scheduler, &can_recv, &can_send);
            state(&mut scheduler, &recv, &send, woken.len());
            let (english, german) = ("the order after `wake`", "die Reihenfolge nach `wake`");
            same(order(&mut scheduler, &log), woken.join(", "), english, german);
        },
    );
}
