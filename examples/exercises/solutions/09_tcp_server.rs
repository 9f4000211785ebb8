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
