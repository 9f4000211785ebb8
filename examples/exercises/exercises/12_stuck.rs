//! # 12 · Why is my server stuck? / Warum hängt mein Server?
//!
//! Its Rust: ../../docs/en/rust.md, "Result", "async and await".
//!
//! This handler thinks for 0.2 seconds before it answers. With one client all is well. With five at
//! once the last waits a whole second: while one handler sleeps, nobody runs. There is only one
//! thread, and `thread::sleep` stops it. The same goes for every call that blocks: a file on a slow
//! disk, a long calculation, a `read` without a wait before it.
//!
//! Let the task wait, not the thread, 0.2 seconds from the moment when the question has come.
//! `timer(THINK)?` returns a timer whose descriptor becomes readable after that time: wait until it
//! can receive, as if it were a socket. Keep the timer in a variable as long as you wait: its number
//! alone does not keep it open. Do not ask the clock in a loop.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Result“, „async und await“.
//!
//! Dieser Handler denkt 0,2 Sekunden nach, bevor er antwortet. Mit einem Client ist alles gut. Bei
//! fünf zugleich wartet der letzte eine ganze Sekunde: Solange ein Handler schläft, läuft niemand.
//! Es gibt nur einen Thread, und `thread::sleep` hält ihn an. Das gilt für jeden Aufruf, der
//! blockiert: eine Datei auf einer langsamen Platte, eine lange Rechnung, ein `read` ohne Warten
//! davor.
//!
//! Lass die Task warten, nicht den Thread, und zwar 0,2 Sekunden von dem Moment an, in dem die
//! Frage da ist. `timer(THINK)?` liefert einen Timer, dessen Deskriptor nach dieser Zeit lesbar
//! wird: Warte, bis er empfangen kann, als wäre er ein Socket. Halte den Timer in einer Variablen,
//! solange du wartest: Seine Nummer allein hält ihn nicht offen. Frag nicht in einer Schleife die
//! Uhr ab.

use std::thread;
use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        // TODO: this line stops everybody. Make a timer (`timer(THINK)?`), and wait for its
        // descriptor as for a client's. The `?` takes the timer out of its `Ok`; without it the
        // compiler finds no `as_raw_fd`.
        // TODO (de): Diese Zeile hält alle an. Mach einen Timer (`timer(THINK)?`) und warte auf
        // seinen Deskriptor wie auf den eines Clients. Das `?` nimmt den Timer aus seinem `Ok`; ohne
        // es findet der Compiler kein `as_raw_fd`.
        thread::sleep(THINK);
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/stuck.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::stuck(super::thinker);
    }
}
