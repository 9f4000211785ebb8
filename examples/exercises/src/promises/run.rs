//! 07: `run`.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use std::{io, thread};

use genlab::{AsRawFd, Op, Socket, Task, socketpair, task};

use crate::Log;
use crate::check::{Exercise, cpu_time, expect, same};
use crate::random::Random;
use crate::recorder::recorded;
use crate::turns::Dropped;

/// Waits until it can receive a byte, receives it, and says so; so many times.
fn receiver(log: &Log, name: &'static str, sock: &Rc<Socket>, times: u32) -> Task {
    let (log, sock) = (log.clone(), sock.clone());
    task(move |co| async move {
        for _ in 0..times {
            log.push(format!("{name} waits"));
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            match sock.recv(1)? {
                Some(data) if !data.is_empty() => log.push(format!("{name} received")),
                Some(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
                None => log.push(format!("{name} was resumed with nothing to receive")),
            }
        }
        Ok(())
    })
}

/// Waits until it can send a byte, sends it, and says so; so many times.
fn sender(log: &Log, name: &'static str, sock: &Rc<Socket>, times: u32) -> Task {
    let (log, sock) = (log.clone(), sock.clone());
    task(move |co| async move {
        for _ in 0..times {
            log.push(format!("{name} waits"));
            co.yield_((Op::Send, sock.as_raw_fd())).await;
            sock.send(b".")?;
            log.push(format!("{name} sent"));
        }
        Ok(())
    })
}

fn pair() -> (Rc<Socket>, Rc<Socket>) {
    let (here, there) = socketpair().expect("two descriptors");
    (Rc::new(here), Rc::new(there))
}

/// The promises of `run`.
pub fn run(run: fn(VecDeque<Task>)) {
    const EXERCISE: Exercise = Exercise("07_run");
    fn said(log: &Log, expected: &str) {
        same(log.text().as_str(), expected, "what the tasks did", "was die Tasks getan haben");
    }
    let run = recorded(run);
    EXERCISE.promises(
        "`run` lets each task wait until it can go on, and returns when all have ended.",
        "`run` lässt jede Task warten, bis sie weitermachen kann, und kehrt zurück, wenn alle \
         fertig sind.",
        move || {
            let log = Log::new();
            let (here, there) = pair();
            run([receiver(&log, "a", &here, 1), sender(&log, "b", &there, 2)].into());
            said(&log, "a waits, b waits, b sent, b waits, a received, b sent");
        },
    );
    EXERCISE.promises(
        "When both can go on, the receiver is put into the deque before the sender.",
        "Wenn beide weitermachen können, kommt der Empfänger vor dem Sender in die Deque.",
        move || {
            let log = Log::new();
            let (here, there) = pair();
            there.send(b".").expect("room");
            run([sender(&log, "b", &there, 1), receiver(&log, "a", &here, 1)].into());
            said(&log, "b waits, a waits, a received, b sent");
        },
    );
    EXERCISE.promises(
        "While a task is in the deque, `run` resumes it and does not ask `select`.",
        "Solange eine Task in der Deque steht, setzt `run` sie fort und fragt `select` nicht.",
        move || {
            let log = Log::new();
            let (here, there) = pair();
            let talker = log.clone();
            let talks = task(move |_co| async move {
                talker.push("b sends at once");
                there.send(b".").map(drop)
            });
            run([receiver(&log, "a", &here, 1), talks].into());
            said(&log, "a waits, b sends at once, a received");
        },
    );
    EXERCISE.promises(
        "`run` goes on while anybody waits, even if only a sender is left.",
        "`run` macht weiter, solange jemand wartet, auch wenn nur noch ein Sender übrig ist.",
        move || {
            let log = Log::new();
            let (_open, there) = pair();
            run([sender(&log, "b", &there, 2)].into());
            said(&log, "b waits, b sent, b waits, b sent");
        },
    );
    EXERCISE.promises(
        "Without any task, `run` returns at once.",
        "Ohne eine einzige Task kehrt `run` sofort zurück.",
        move || run(VecDeque::new()),
    );
    EXERCISE.promises(
        "All who can go on are moved each time, receivers and senders.",
        "Jedes Mal werden alle weiterbewegt, die weitermachen können, Empfänger und Sender.",
        move || {
            // Two receivers of one name: their order among themselves does not matter.
            let log = Log::new();
            let ((a, to_a), (b, to_b), (c, _open)) = (pair(), pair(), pair());
            for sock in [&to_a, &to_b] {
                sock.send(b"...").expect("room");
            }
            let tasks =
                [sender(&log, "s", &c, 3), receiver(&log, "r", &a, 3), receiver(&log, "r", &b, 3)];
            run(tasks.into());
            let turn = "r received, r waits, r received, r waits, s sent, s waits";
            let last = "r received, r received, s sent";
            said(&log, &format!("s waits, r waits, r waits, {turn}, {turn}, {last}"));
        },
    );
    EXERCISE.promises(
        "A task that fails ends; the others go on.",
        "Eine Task, die scheitert, endet; die anderen machen weiter.",
        move || {
            let log = Log::new();
            let (here, there) = pair();
            let (early, ended) = (log.clone(), Log::new());
            let late = ended.clone();
            let fails = task(move |_co| async move {
                early.push("x fails");
                Err(io::ErrorKind::ConnectionReset.into())
            });
            let waiting = pair().0;
            let fails_later = task(move |co| async move {
                co.yield_((Op::Send, waiting.as_raw_fd())).await;
                late.push("y fails");
                Err(io::Error::other("no more"))
            });
            let others = [receiver(&log, "a", &here, 2), sender(&log, "b", &there, 2)];
            run([fails, fails_later].into_iter().chain(others).collect());
            said(
                &log,
                "x fails, a waits, b waits, b sent, b waits, a received, a waits, b sent, a received",
            );
            same(ended.text().as_str(), "y fails", "one that fails later", "eine, die später scheitert");
        },
    );
    EXERCISE.promises(
        "A task that is complete is dropped, not kept: what it held is free while the others go on.",
        "Eine fertige Task wird verworfen, nicht aufgehoben: Was sie hielt, ist frei, während die \
         anderen weitermachen.",
        move || {
            let (gone, seen) = (Log::new(), Log::new());
            let ends = |name, result| {
                let gone = gone.clone();
                task(move |_co| Dropped::new(async { result }, name, &gone))
            };
            let ((sock, _open), dropped, sees) = (pair(), gone.clone(), seen.clone());
            let witness = task(move |co| async move {
                co.yield_((Op::Send, sock.as_raw_fd())).await;
                sees.push(dropped.text());
                Ok(())
            });
            let failed = Err(io::ErrorKind::ConnectionReset.into());
            run([witness, ends("a", Ok(())), ends("b", failed)].into());
            same(
                seen.text().as_str(),
                "a, b",
                "which of a and b, that have ended, were dropped while a third went on",
                "welche der fertigen Tasks a und b verworfen waren, während eine dritte weitermachte",
            );
        },
    );
    EXERCISE.promises(
        "For the same descriptor one may wait to receive and another to send.",
        "Für denselben Deskriptor kann eine aufs Empfangen und eine andere aufs Senden warten.",
        move || {
            let log = Log::new();
            let (here, there) = pair();
            let tasks = [receiver(&log, "a", &here, 2), sender(&log, "b", &here, 1)];
            run(tasks.into_iter().chain([sender(&log, "c", &there, 2)]).collect());
            let text = log.text();
            let count = |what| text.matches(what).count();
            same(
                [count("a received"), count("b sent"), count("c sent")],
                [2, 1, 2],
                "how often a received, b sent and c sent",
                "wie oft a empfangen und b und c gesendet haben",
            );
            let early = "a was resumed with nothing to receive";
            same(
                count(early),
                0,
                "how often a was resumed for nothing",
                "wie oft a umsonst dran war",
            );
        },
    );
    EXERCISE.promises(
        "`run` waits as long as it takes; those who cannot go on yet stay parked, and the processor \
         has nothing to do.",
        "`run` wartet, so lange es dauert; wer noch nicht weitermachen kann, bleibt geparkt, und der \
         Prozessor hat nichts zu tun.",
        move || {
            let log = Log::new();
            let ((slow, late), (quick, soon)) = (pair(), pair());
            let [late, soon] = [late, soon].map(|sock| sock.try_clone().expect("a descriptor"));
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(50));
                soon.send(b".").expect("room");
                thread::sleep(Duration::from_millis(100));
                late.send(b".").expect("room");
            });
            let before = cpu_time();
            run([receiver(&log, "slow", &slow, 1), receiver(&log, "quick", &quick, 1)].into());
            said(&log, "slow waits, quick waits, quick received, slow received");
            expect(
                cpu_time() - before < Duration::from_millis(50),
                "the processor was busy while there was nothing to do",
                "der Prozessor war beschäftigt, während es nichts zu tun gab",
            );
        },
    );
    EXERCISE.promises(
        "However many tasks there are, and however often they wait, each comes to its end.",
        "Wie viele Tasks es auch sind und wie oft sie auch warten, jede kommt an ihr Ende.",
        move || {
            let mut random = Random::new();
            let log = Log::new();
            let mut tasks = VecDeque::new();
            let mut messages = 0;
            for _ in 0..20 {
                let (here, there) = pair();
                let times = 100 + random.below(50) as u32;
                messages += times as usize;
                let both = [receiver(&log, "r", &here, times), sender(&log, "s", &there, times)];
                let front = random.below(2) == 0;
                for task in both {
                    if front { tasks.push_front(task) } else { tasks.push_back(task) }
                }
            }
            run(tasks);
            let text = log.text();
            let received = text.matches("r received").count();
            same(received, messages, "how many bytes were received", "wie viele Bytes ankamen");
        },
    );
}
