//! # 09 · The TCP server / Der TCP-Server
//!
//! The server is a task, too. A listening socket "can receive" when a client knocks; then `accept`
//! returns a socket for this one client. The server does not talk to the client itself: it makes a
//! handler task, appends it to the deque, and waits for the next client at once.
//!
//! Write the loop of `tcp_server`: wait until `sock` can receive, take one client and its address
//! with `let (client, addr) = sock.accept(&co).await?;`, and append `handler(client, addr)` to
//! `tasks`. It goes on for ever, with one wait before each `accept`.
//!
//! ---
//!
//! Auch der Server ist eine Task. Ein lauschender Socket „kann empfangen“, wenn ein Client
//! anklopft; dann liefert `accept` einen Socket nur für diesen Client. Der Server spricht nicht
//! selbst mit ihm: Er erzeugt eine Task, die das tut, den Handler, stellt sie in die Deque und
//! wartet gleich auf den nächsten Client.
//!
//! Schreib die Schleife von `tcp_server`: Warte, bis `sock` empfangen kann, hol einen Client und
//! seine Adresse mit `let (client, addr) = sock.accept(&co).await?;` und häng
//! `handler(client, addr)` mit `append` an `tasks` an. So geht es immer weiter, mit einem Warten
//! vor jedem `accept`.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        // TODO: wait, accept, `tasks.append(…)`; again and again. A wait is
        // `co.yield_((Op::Recv, sock.as_raw_fd())).await`, with two pairs of brackets.
        todo!("wait until `sock` can receive, accept the client, append its handler")
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Peer, check, listen};
    use genawaiter::GeneratorState;
    use genlab::run;
    use std::thread;

    /// Greets its client, then repeats what it says.
    fn parrot(client: Socket, _addr: SocketAddr) -> Task {
        task(move |co| async move {
            client.send(b"Hi! ")?;
            loop {
                co.yield_((Op::Recv, client.as_raw_fd())).await;
                let Some(data) = client.recv(1000)? else { continue };
                if data.is_empty() {
                    return Ok(());
                }
                client.send(&data)?;
            }
        })
    }

    fn start() -> SocketAddr {
        let (sock, address) = listen();
        thread::spawn(move || {
            let tasks = Tasks::new();
            tasks.append(tcp_server(tasks.clone(), sock, parrot));
            run(&tasks);
        });
        address
    }

    #[test]
    fn it_waits_for_a_client_before_it_accepts() {
        check(
            "The server yields `Op::Recv` for its socket before each `accept`.",
            "Der Server liefert vor jedem `accept` ein `Op::Recv` für seinen Socket.",
            || {
                let (sock, address) = listen();
                let fd = sock.as_raw_fd();
                let clients: Vec<_> = (0..3).map(|_| Peer::connect(address)).collect();
                let tasks = Tasks::new();
                let mut server = tcp_server(tasks.clone(), sock, parrot);
                for accepted in 0..clients.len() {
                    let when = format!("when it has accepted {accepted} of 3 clients");
                    match server.resume() {
                        GeneratorState::Yielded(pair) => assert_eq!(pair, (Op::Recv, fd), "{when}"),
                        GeneratorState::Complete(result) => {
                            panic!("{when}, it should wait, but the server ended: {result:?}")
                        }
                    }
                    let appended = std::iter::from_fn(|| tasks.popleft()).count();
                    assert_eq!(appended, accepted.min(1), "how many handlers, {when}");
                }
            },
        );
    }

    #[test]
    fn it_serves_one_client_after_the_other() {
        check(
            "The server goes on for ever: after one client comes the next.",
            "Der Server läuft immer weiter: Nach einem Client kommt der nächste.",
            || {
                let address = start();
                for _ in 0..3 {
                    let client = Peer::connect(address);
                    client.hears("Hi! ");
                    client.say("Hello");
                    client.hears("Hello");
                }
            },
        );
    }

    #[test]
    fn a_silent_client_does_not_hold_up_the_others() {
        check(
            "While one client says nothing, the others are served.",
            "Während ein Client nichts sagt, werden die anderen bedient.",
            || {
                let address = start();
                let silent = Peer::connect(address);
                silent.hears("Hi! ");
                let client = Peer::connect(address);
                client.say("Hello");
                client.hears("Hi! Hello");
                silent.say("at last");
                silent.hears("at last");
            },
        );
    }
}
