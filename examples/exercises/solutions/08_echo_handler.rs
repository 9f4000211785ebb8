//! # 08 · The echo handler / Der Echo-Handler
//!
//! Why: `recv` and `send` do not wait, they only do what is possible now. The `yield` before each
//! is what waits, and while this task waits the others run. The end of file can always be received,
//! so whoever does not look for empty data turns in a circle. `else { continue }` goes back to the
//! wait; a `match` with three arms says the same. That `send` may take only a part of a long answer
//! is the subject of exercise 10; a loop around it is right here already.
//!
//! ---
//!
//! Warum: `recv` und `send` warten nicht, sie tun nur, was jetzt möglich ist. Gewartet wird beim
//! `yield` davor, und solange diese Task wartet, laufen die anderen. Das Dateiende lässt sich immer
//! empfangen; wer nicht auf leere Daten achtet, dreht sich deshalb im Kreis. `else { continue }`
//! geht zurück zum Warten; ein `match` mit drei Zweigen sagt dasselbe. Dass `send` von einer langen
//! Antwort vielleicht nur einen Teil nimmt, ist Thema von Übung 10; eine Schleife darum ist auch
//! hier schon richtig.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Peer, check, ends};
    use genawaiter::GeneratorState;
    use genlab::{Tasks, run};
    use std::thread;

    /// A client whose handler runs in a thread of its own.
    fn served() -> Peer {
        let (handlers, client) = ends();
        thread::spawn(move || {
            let tasks = Tasks::new();
            tasks.append(echo_handler(handlers));
            run(&tasks);
        });
        client
    }

    #[test]
    fn it_answers_each_message() {
        check(
            "Each message comes back with `GOT:` in front, one after the other.",
            "Jede Nachricht kommt mit `GOT:` davor zurück, eine nach der anderen.",
            || {
                let client = served();
                client.say("Hello\n");
                client.hears("GOT:Hello\n");
                client.say("World\n");
                client.hears("GOT:World\n");
            },
        );
    }

    #[test]
    fn it_ends_when_the_client_has_closed_its_side() {
        check(
            "Empty data is the end of file: the handler ends, and sends nothing for it.",
            "Leere Daten sind das Dateiende: Der Handler endet und schickt dafür nichts mehr.",
            || {
                let client = served();
                client.say("bye");
                client.hears("GOT:bye");
                client.end();
                let more = client.hears_all();
                assert_eq!(String::from_utf8_lossy(&more), "", "more was sent after the end");
            },
        );
    }

    #[test]
    fn it_waits_before_each_call() {
        check(
            "The handler yields `Op::Recv` before it receives, and `Op::Send` before it sends.",
            "Der Handler liefert `Op::Recv`, bevor er empfängt, und `Op::Send`, bevor er sendet.",
            || {
                let (handlers, client) = ends();
                let fd = handlers.as_raw_fd();
                let mut task = echo_handler(handlers);
                let mut expect = |op, when: &str| match task.resume() {
                    GeneratorState::Yielded(pair) => assert_eq!(pair, (op, fd), "{when}"),
                    GeneratorState::Complete(result) => {
                        panic!("{when}, it should wait for {op:?}, but it ended: {result:?}")
                    }
                };
                expect(Op::Recv, "at the beginning");
                client.say("Hello");
                expect(Op::Send, "when it has received");
                client.hears_nothing();
                expect(Op::Recv, "when it has sent");
                client.hears("GOT:Hello");
                expect(Op::Recv, "when it was resumed with nothing to receive");
            },
        );
    }
}
