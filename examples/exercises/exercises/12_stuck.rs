//! # 12 · Why is my server stuck? / Warum hängt mein Server?
//!
//! This handler thinks for 0.2 seconds before it answers. With one client all is well. With five at
//! once the last waits a whole second: while one handler sleeps, nobody runs. There is only one
//! thread, and `thread::sleep` stops it. The same goes for every call that blocks: a file on a slow
//! disk, a long calculation, a `read` without a wait before it.
//!
//! Let the task wait, not the thread. `timer(THINK)?` returns a timer whose descriptor becomes
//! readable after that time: wait until it can receive, as if it were a socket. Keep the timer in a
//! variable meanwhile: dropped, it is closed. Do not ask the clock in a loop.
//!
//! ---
//!
//! Dieser Handler denkt 0,2 Sekunden nach, bevor er antwortet. Mit einem Client ist alles gut. Bei
//! fünf zugleich wartet der letzte eine ganze Sekunde: Solange ein Handler schläft, läuft niemand.
//! Es gibt nur einen Thread, und `thread::sleep` hält ihn an. Das gilt für jeden Aufruf, der
//! blockiert: eine Datei auf einer langsamen Platte, eine lange Rechnung, ein `read` ohne Warten
//! davor.
//!
//! Lass die Task warten, nicht den Thread. `timer(THINK)?` liefert einen Timer, dessen Deskriptor
//! nach dieser Zeit lesbar wird: Warte, bis er empfangen kann, als wäre er ein Socket. Halte den
//! Timer so lange in einer Variablen, sonst wird er gleich wieder geschlossen. Frag nicht
//! in einer Schleife die Uhr ab.

use std::thread;
use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        // TODO: this line stops everybody. First `let timer = timer(THINK)?;`, then wait for
        // `timer.as_raw_fd()`.
        thread::sleep(THINK);
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{check, cpu_time, ends};
    use genlab::{Tasks, run};
    use std::time::Instant;

    /// Serves so many clients at once; returns how long that took.
    fn serve(clients: usize) -> Duration {
        let tasks = Tasks::new();
        let mut peers = Vec::new();
        for _ in 0..clients {
            let (client, peer) = ends();
            tasks.append(thinker(GenSocket::new(client)));
            peer.say("why");
            peers.push(peer);
        }
        let start = Instant::now();
        run(&tasks);
        let time = start.elapsed();
        peers.iter().for_each(|peer| peer.hears("why: 42"));
        time
    }

    #[test]
    fn one_answer_takes_its_time() {
        check(
            "The handler still thinks for 0.2 s before it answers.",
            "Der Handler denkt noch immer 0,2 s nach, bevor er antwortet.",
            || {
                let time = serve(1);
                assert!(time >= THINK, "it answered after {time:?} already");
            },
        );
    }

    #[test]
    fn five_clients_wait_no_longer_than_one() {
        check(
            "All five think at the same time: all are answered after little more than 0.2 s.",
            "Alle fünf denken gleichzeitig nach: Nach wenig mehr als 0,2 s haben alle ihre Antwort.",
            || {
                let time = serve(5);
                assert!(time < 4 * THINK, "the last of five clients was answered after {time:?}");
            },
        );
    }

    #[test]
    fn thinking_does_not_keep_the_processor_busy() {
        check(
            "Who waits uses no processor: wait for the timer, do not ask the clock in a loop.",
            "Wer wartet, braucht keinen Prozessor: Warte auf den Timer, frag nicht in einer Schleife \
             die Uhr ab.",
            || {
                let before = cpu_time();
                serve(1);
                let busy = cpu_time() - before;
                assert!(busy < THINK / 4, "the processor was busy for {busy:?} of 0.2 s");
            },
        );
    }
}
