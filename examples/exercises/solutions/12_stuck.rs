//! # 12 · Why is my server stuck? / Warum hängt mein Server?
//!
//! Why: a task that waits for a descriptor leaves the thread to the others. The timer must live
//! until the wait is over, so it gets a name: `timer(THINK)?.as_raw_fd()` alone would close it at
//! once, and `run` would end the task with an error that says so. A function `sleep(&co, time)` that
//! yields, as in exercise 11, is even nicer. A thread that thinks and writes into a socket is right,
//! too: then the task waits for that socket.
//!
//! ---
//!
//! Warum: Eine Task, die auf einen Deskriptor wartet, überlässt den Thread den anderen. Der Timer
//! muss leben, bis das Warten vorbei ist, darum bekommt er einen Namen: `timer(THINK)?.as_raw_fd()`
//! allein würde ihn sofort schließen, und `run` würde die Task mit einem Fehler beenden, der das
//! sagt. Noch schöner ist eine Funktion `sleep(&co, zeit)`, die wie in Übung 11 selbst anhält.
//! Richtig ist auch ein Thread, der nachdenkt und in einen Socket schreibt: Dann wartet die Task auf
//! diesen Socket.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let timer = timer(THINK)?;
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
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
