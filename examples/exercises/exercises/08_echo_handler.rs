//! # 08 · The echo handler / Der Echo-Handler
//!
//! A handler is a task that talks to one client. It must never make the others wait, so it asks
//! before each call: `co.yield_((Op::Recv, fd)).await` before it receives, and
//! `co.yield_((Op::Send, fd)).await` before it sends.
//!
//! Write `echo_handler`: again and again, wait, receive at most 1000 bytes with
//! `client.recv(1000)?`, wait, and send them back with `GOT:` in front with
//! `client.send(&answer)?`. Empty data (the end of file) means that the client has closed its
//! side: end then. `recv` answers `Some(data)`, or `None` if there is nothing to receive: wait
//! again.
//!
//! ---
//!
//! Ein Handler ist eine Task, die mit einem Client spricht. Er darf die anderen nie warten lassen
//! und fragt deshalb vor jedem Aufruf: `co.yield_((Op::Recv, fd)).await`, bevor er empfängt, und
//! `co.yield_((Op::Send, fd)).await`, bevor er sendet.
//!
//! Schreib `echo_handler`: Warte, empfange mit `client.recv(1000)?` höchstens 1000 Bytes, warte,
//! und schick sie mit `client.send(&answer)?` zurück, mit `GOT:` davor; und so immer weiter.
//! Leere Daten (das Dateiende) bedeuten, dass der Client seine Seite geschlossen hat: Dann ist
//! Schluss. `recv` antwortet mit `Some(data)` oder, wenn es nichts zu empfangen gibt, mit `None`:
//! Warte noch einmal.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        // TODO: wait, receive, wait, send, until the client has closed its side.
        // To receive: `let Some(data) = client.recv(1000)? else { continue };`
        // To see whether it is empty: `data.is_empty()`
        // To put two pieces together: `[b"GOT:", &data[..]].concat()`
        // A `?` ends the task with the error, if there is one. To end well: `return Ok(());`
        todo!("wait for Op::Recv, receive, wait for Op::Send, send `GOT:` and the data")
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
