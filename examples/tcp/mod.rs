//! What the examples after `gensocket` have in common: its TCP server and its echo handler.
#![allow(dead_code)] // no example needs all of it

use std::net::SocketAddr;
use std::time::Duration;

use genlab::{Domain, GenSocket, Socket, Task, Tasks, Type, print, task};
use socket2::TcpKeepalive;

/// The TCP server: a task that makes a task of every client.
pub fn tcp_server(
    tasks: Tasks,
    address: SocketAddr,
    handler: impl Fn(GenSocket, SocketAddr) -> Task + 'static,
) -> Task {
    task(move |co| async move {
        let sock = Socket::new(Domain::for_address(address), Type::STREAM)?;
        sock.set_reuse_address(true)?;
        sock.bind(address)?;
        sock.listen(1024)?;
        let sock = GenSocket::new(sock);
        print(format!("Server running on {}", sock.get_ref().local_addr()?));

        let (idle, again) = (Duration::from_secs(60), Duration::from_secs(10));
        let alive = TcpKeepalive::new().with_time(idle).with_interval(again);
        loop {
            let (client, addr) = sock.accept(&co).await?;
            // What is sent in small pieces goes out at once. One who is gone already can be told no more.
            let _ = client.get_ref().set_nodelay(true);
            // One whose network is gone says nothing. The kernel asks, and ends the connection.
            let _ = client.get_ref().get_ref().set_tcp_keepalive(&alive);
            tasks.append(handler(client, addr));
        }
    })
}

/// The echo handler: sends back what the client sends, with GOT: in front.
pub fn echo_handler(client: GenSocket, address: SocketAddr) -> Task {
    task(move |co| async move {
        print(format!("Connection from {address}"));
        loop {
            let data = client.recv(&co, 1000).await?;
            if data.is_empty() {
                break;
            }
            client.send_all(&co, &[b"GOT:", &data[..]].concat()).await?;
        }
        print("Connection closed");
        Ok(())
    })
}
