//! # 09 · The TCP server / Der TCP-Server
//!
//! Why: three lines, and each is needed. Without the wait, all who knock at the same time
//! are accepted before anybody is served. Without `append`, the handler is made and dropped, and its socket is closed with it.
//! Whoever drives the handler here, until it ends, serves one client at a time. With a `while true`
//! or a function that yields and accepts, it is the same loop.
//!
//! ---
//!
//! Warum: Drei Zeilen, und jede ist nötig. Ohne das Warten werden alle, die zugleich anklopfen,
//! angenommen, bevor auch nur einer bedient wird. Ohne `append` wird der Handler erzeugt und gleich verworfen, und sein
//! Socket wird dabei geschlossen. Wer den Handler hier bis zum Ende antreibt, bedient immer nur
//! einen Client. Mit `while true` oder mit einer Funktion, die wartet und annimmt, ist es dieselbe
//! Schleife.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
        }
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
