//! # 09 · The TCP server / Der TCP-Server
//!
//! Its Rust: ../../docs/en/rust.md, "Closures and move", "Loops", "Result".
//!
//! The server is a task, too. A listening socket "can receive" when a client knocks; then `accept`
//! returns a socket for this one client. The server does not talk to the client itself: it makes a
//! handler task, appends it to the deque, and waits for the next client at once.
//!
//! Write the loop of `tcp_server`: wait until `sock` can receive, take one client and its address, and
//! append to `tasks` what `handler` makes of the two. It goes on for ever, with one wait before each
//! `accept`. From then on the client belongs to its handler: the server keeps nothing of it.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Closures und move“, „Schleifen“, „Result“.
//!
//! Auch der Server ist eine Task. Ein lauschender Socket „kann empfangen“, wenn ein Client
//! anklopft; dann ergibt `accept` einen Socket nur für diesen Client. Der Server spricht nicht
//! selbst mit ihm: Er erzeugt eine Task, die das tut, den Handler, stellt sie in die Deque und
//! wartet gleich auf den nächsten Client.
//!
//! Schreib die Schleife von `tcp_server`: Warte, bis `sock` empfangen kann, hol einen Client und
//! seine Adresse, und häng an `tasks` an, was `handler` aus den beiden macht. So geht es immer
//! weiter, mit einem Warten vor jedem `accept`. Von da an gehört der Client seinem Handler: Der
//! Server behält nichts von ihm.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        // TODO: wait (as in exercise 08, for the descriptor of `sock`), accept, append; again and
        // again. `let (client, addr) = …` takes apart what `sock.accept(&co).await?` returns, and
        // `tasks.append(…)` gets a task.
        // TODO (de): Warten (wie in Übung 08, auf den Deskriptor von `sock`), annehmen, anhängen;
        // immer wieder. `let (client, addr) = …` nimmt auseinander, was `sock.accept(&co).await?`
        // liefert, und `tasks.append(…)` bekommt eine Task.
        todo!(
            "wait until `sock` can receive, accept the client, append its handler / \
             warte, bis `sock` empfangen kann, nimm den Client an, häng seinen Handler an"
        )
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/tcp_server.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::tcp_server(super::tcp_server);
    }
}
