//! 09: the TCP server.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, RawFd, Socket, Task, Tasks, task};

use crate::check::{Exercise, expect, same};
use crate::hand::ByHand;
use crate::peer::{Peer, listen};

/// Greets its client by its address, then repeats what it says.
fn parrot(client: Socket, address: SocketAddr) -> Task {
    task(move |co| async move {
        client.send(format!("Hi {}! ", address.port()).as_bytes())?;
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

/// A server that is driven by hand.
struct Server {
    hand: ByHand,
    tasks: Tasks,
    fd: RawFd,
    address: SocketAddr,
}

type Start = fn(Tasks, Socket, fn(Socket, SocketAddr) -> Task) -> Task;

impl Server {
    fn start(start: Start) -> Server {
        let ((sock, address), tasks) = (listen(), Tasks::new());
        let fd = sock.as_raw_fd();
        Server { hand: ByHand::new(start(tasks.clone(), sock, parrot)), tasks, fd, address }
    }

    /// Resumes it once: it must then wait for the next client.
    fn turn(&mut self) {
        self.hand.turn();
        self.waits();
    }

    /// Until nobody knocks.
    fn go_on(&mut self) {
        self.hand.go_on();
        self.waits();
    }

    fn waits(&self) {
        expect(
            self.hand.ended.is_none(),
            "the server should wait for the next client, but it ended",
            "der Server sollte auf den nächsten Client warten, ist aber zu Ende",
        );
        expect(
            self.hand.wait == Some((Op::Recv, self.fd)),
            "it should wait with Op::Recv for its own socket, but it waits for something else",
            "er sollte mit Op::Recv auf seinen eigenen Socket warten, wartet aber auf etwas anderes",
        );
    }

    fn appended(&self) -> Vec<ByHand> {
        std::iter::from_fn(|| self.tasks.popleft()).map(ByHand::new).collect()
    }
}

/// The handler greets its client by its own address, and repeats what it has said by now.
fn greeted(client: &Peer, handler: &mut ByHand, said: &str) {
    handler.go_on();
    let heard = String::from_utf8_lossy(&client.takes(1000).0).into_owned();
    let own = format!("Hi {}! ", client.address().port());
    // The number is another one each time: no good for a message.
    let heard = match heard.strip_prefix(&own) {
        Some(rest) => format!("Hi you! {rest}"),
        None => heard.replace(|c: char| c.is_ascii_digit(), ""),
    };
    same(
        heard,
        format!("Hi you! {said}"),
        "what the client heard, `you` being its own address",
        "was der Client hörte, mit `you` für seine eigene Adresse",
    );
}

/// The promises of `tcp_server`.
pub fn tcp_server(server: Start) {
    const EXERCISE: Exercise = Exercise("09_tcp_server");
    EXERCISE.promises(
        "For each client a handler is appended, with its socket and its address; nobody else speaks \
         to the client.",
        "Für jeden Client wird ein Handler angehängt, mit seinem Socket und seiner Adresse; niemand \
         sonst spricht mit ihm.",
        move || {
            let mut server = Server::start(server);
            server.go_on();
            for (number, message) in (1..).zip(["Hello", "Hello again", "And again"]) {
                let client = Peer::connect(server.address);
                client.say(message);
                server.go_on();
                let early = String::from_utf8_lossy(&client.takes(1000).0).into_owned();
                same(
                    early.replace(|c: char| c.is_ascii_digit(), "").as_str(),
                    "",
                    "what the client heard before its handler was resumed by the scheduler",
                    "was der Client hörte, bevor der Scheduler seinen Handler fortsetzte",
                );
                let mut handlers = server.appended();
                same(
                    handlers.len(),
                    1,
                    &format!("how many handlers were appended for client {number} of three"),
                    &format!("wie viele Handler für Client {number} von dreien angehängt wurden"),
                );
                greeted(&client, &mut handlers[0], message);
            }
        },
    );
    EXERCISE.promises(
        "The server yields `Op::Recv` for its socket before each `accept`, also when several knock.",
        "Der Server liefert vor jedem `accept` ein `Op::Recv` für seinen Socket, auch wenn mehrere \
         anklopfen.",
        move || {
            let mut server = Server::start(server);
            let _clients: Vec<_> = (0..3).map(|_| Peer::connect(server.address)).collect();
            let mut accepted = Vec::new();
            for _ in 0..5 {
                server.turn(); // the last time nobody knocks
                accepted.push(server.appended().len());
            }
            same(
                accepted,
                [0, 1, 1, 1, 0],
                "three clients knock; how many were accepted before the first wait and after each",
                "drei Clients klopfen; wie viele der Server vor dem ersten Warten und nach jedem weiteren \
                 angenommen hat",
            );
        },
    );
    EXERCISE.promises(
        "While clients say nothing, others are accepted and served.",
        "Während Clients nichts sagen, werden andere angenommen und bedient.",
        move || {
            let mut server = Server::start(server);
            server.go_on();
            let clients: Vec<_> = (0..5).map(|_| Peer::connect(server.address)).collect();
            server.go_on();
            let mut handlers = server.appended();
            same(
                handlers.len(),
                5,
                "how many handlers were appended for five silent clients",
                "wie viele Handler für fünf stumme Clients angehängt wurden",
            );
            for (client, handler) in clients.iter().zip(&mut handlers) {
                greeted(client, handler, "");
            }
            clients[4].say("first");
            handlers[4].go_on();
            clients[4].hears("first");
        },
    );
    EXERCISE.promises(
        "The server goes on for ever: after one client comes the next.",
        "Der Server läuft immer weiter: Nach einem Client kommt der nächste.",
        move || {
            let mut server = Server::start(server);
            for _ in 0..50 {
                server.go_on();
                let client = Peer::connect(server.address);
                server.go_on();
                server.appended().iter_mut().for_each(|handler| greeted(&client, handler, ""));
            }
        },
    );
    EXERCISE.promises(
        "The client belongs to its handler: when that ends, the connection is closed.",
        "Der Client gehört seinem Handler: Wenn der endet, ist die Verbindung zu.",
        move || {
            let mut server = Server::start(server);
            server.go_on();
            let client = Peer::connect(server.address);
            server.go_on();
            let mut handlers = server.appended();
            greeted(&client, &mut handlers[0], "");
            drop(handlers);
            same(client.hears_all().len(), 0, "what else it heard", "was er noch hörte");
        },
    );
}
