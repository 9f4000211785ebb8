//! # 12 · Why is my server stuck? / Warum hängt mein Server?
//!
//! Why: a task that waits for a descriptor leaves the thread to the others. The timer must live until
//! the wait is over, so it gets a name. `let fd = timer(THINK)?.as_raw_fd();` would keep only its
//! number: at the end of that line it is closed, and `run` would end the task with an error that says
//! so. (Made in the very statement that waits for it, it lives up to the end of that, and needs no
//! name.) A function `sleep(&co, time)` that yields, as in exercise 11, is even nicer. A thread that
//! thinks and writes into a socket is right, too: then the task waits for that socket.
//!
//! ---
//!
//! Warum: Eine Task, die auf einen Deskriptor wartet, überlässt den Thread den anderen. Der Timer
//! muss leben, bis das Warten vorbei ist, darum bekommt er einen Namen. `let fd =
//! timer(THINK)?.as_raw_fd();` würde nur seine Nummer behalten: Am Ende dieser Zeile ist er zu, und
//! `run` würde die Task mit einem Fehler beenden, der das sagt. (Entsteht er in derselben Anweisung,
//! die auf ihn wartet, so lebt er bis zu deren Ende und braucht keinen Namen.) Noch schöner ist eine Funktion `sleep(&co, zeit)`, die wie in Übung 11 selbst anhält.
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
