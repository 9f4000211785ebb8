//! # 07 · Write `run` yourself / `run`, selbst geschrieben
//!
//! Why: the outer condition names all three places where a task can be, otherwise `run` returns
//! while somebody still waits. `select` sleeps, and may do so only when there is nothing else to do;
//! that is the inner condition. Here it is an `if`: this `select` always finds somebody. The lab's
//! inner `while` is right, too, and so is a `loop` that breaks when all three are empty.
//!
//! ---
//!
//! Warum: Die äußere Bedingung nennt alle drei Orte, an denen eine Task sein kann; sonst kehrt `run`
//! zurück, während noch jemand wartet. `select` schläft, und das darf es nur, wenn es sonst nichts
//! zu tun gibt; das ist die innere Bedingung. Hier genügt ein `if`: Dieses `select` findet immer
//! jemanden. Das innere `while` des Labs ist auch richtig, ebenso ein `loop`, das abbricht, wenn
//! alle drei leer sind.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    while !tasks.is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        if tasks.is_empty() {
            let (can_recv, can_send) = select(&recv_wait, &send_wait);
            tasks.extend(can_recv.iter().filter_map(|fd| recv_wait.remove(fd)));
            tasks.extend(can_send.iter().filter_map(|fd| send_wait.remove(fd)));
        }
        let Some(mut task) = tasks.pop_front() else { continue };
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => drop(recv_wait.insert(fd, task)),
            GeneratorState::Yielded((Op::Send, fd)) => drop(send_wait.insert(fd, task)),
            GeneratorState::Complete(_) => (),
        }
    }
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Log, check};
    use genlab::{AsRawFd, Socket, socketpair, task};
    use std::time::Duration;

    /// Waits until a byte can be received, receives it, and says so.
    fn receiver(log: &Log, name: &'static str, sock: Socket) -> Task {
        let log = log.clone();
        task(move |co| async move {
            log.push(format!("{name} waits"));
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            match sock.recv(1)? {
                Some(_) => log.push(format!("{name} received")),
                None => log.push(format!("{name} was resumed with nothing to receive")),
            }
            Ok(())
        })
    }

    /// Waits until it can send a byte, sends it, and says so.
    fn sender(log: &Log, name: &'static str, sock: Socket) -> Task {
        let log = log.clone();
        task(move |co| async move {
            log.push(format!("{name} waits"));
            co.yield_((Op::Send, sock.as_raw_fd())).await;
            sock.send(b".")?;
            log.push(format!("{name} sent"));
            Ok(())
        })
    }

    #[test]
    fn a_receiver_goes_on_when_something_was_sent() {
        check(
            "`run` lets each task wait until it can go on, and returns when all have ended.",
            "`run` lässt jede Task warten, bis sie weitermachen kann, und kehrt zurück, wenn alle \
             fertig sind.",
            || {
                let log = Log::new();
                let (here, there) = socketpair().unwrap();
                run([receiver(&log, "a", here), sender(&log, "b", there)].into());
                assert_eq!(log.text(), "a waits, b waits, b sent, a received");
            },
        );
    }

    #[test]
    fn receivers_go_on_before_senders() {
        check(
            "When both can go on, the receiver is put into the deque before the sender.",
            "Wenn beide weitermachen können, kommt der Empfänger vor dem Sender in die Deque.",
            || {
                let log = Log::new();
                let (here, there) = socketpair().unwrap();
                there.send(b".").unwrap();
                let (again, _open) = (there.try_clone().unwrap(), here.try_clone().unwrap());
                run([sender(&log, "b", again), receiver(&log, "a", here)].into());
                assert_eq!(log.text(), "b waits, a waits, a received, b sent");
            },
        );
    }

    #[test]
    fn select_is_asked_only_when_the_deque_is_empty() {
        check(
            "While a task is in the deque, `run` resumes it and does not ask `select`.",
            "Solange eine Task in der Deque steht, setzt `run` sie fort und fragt `select` nicht.",
            || {
                let log = Log::new();
                let (here, there) = socketpair().unwrap();
                let talker = log.clone();
                let talks = task(move |_co| async move {
                    talker.push("b sends at once");
                    there.send(b".").map(drop)
                });
                run([receiver(&log, "a", here), talks].into());
                assert_eq!(log.text(), "a waits, b sends at once, a received");
            },
        );
    }

    #[test]
    fn a_sender_alone_is_waited_for_too() {
        check(
            "`run` goes on while anybody waits, even if only a sender is left.",
            "`run` macht weiter, solange jemand wartet, auch wenn nur noch ein Sender übrig ist.",
            || {
                let log = Log::new();
                let (_open, there) = socketpair().unwrap();
                run([sender(&log, "b", there)].into());
                assert_eq!(log.text(), "b waits, b sent");
            },
        );
    }

    #[test]
    fn it_waits_for_what_comes_late_and_wakes_only_who_can_go_on() {
        check(
            "`run` waits as long as it takes; those who cannot go on yet stay parked.",
            "`run` wartet, so lange es dauert; wer noch nicht weitermachen kann, bleibt geparkt.",
            || {
                let log = Log::new();
                let (slow, late) = socketpair().unwrap();
                let (quick, soon) = socketpair().unwrap();
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(50));
                    soon.send(b".").unwrap();
                    std::thread::sleep(Duration::from_millis(100));
                    late.send(b".").unwrap();
                });
                let before = exercises::cpu_time();
                run([receiver(&log, "slow", slow), receiver(&log, "quick", quick)].into());
                assert_eq!(log.text(), "slow waits, quick waits, quick received, slow received");
                let busy = exercises::cpu_time() - before;
                assert!(
                    busy < Duration::from_millis(50),
                    "the processor was busy for {busy:?} while there was nothing to do"
                );
            },
        );
    }
}
