//! The TCP server of `gensocket.rs`, for the examples after it, and for clients whose network may go.

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

        // One whose network is gone says nothing. After a minute of silence the kernel asks, six times in
        // a minute, and ends the connection of one who does not answer.
        let (idle, again) = (Duration::from_secs(60), Duration::from_secs(10));
        let alive = TcpKeepalive::new().with_time(idle).with_interval(again).with_retries(6);
        loop {
            let (client, addr) = sock.accept(&co).await?;
            // What is sent in small pieces goes out at once. One who is gone already can be told no more.
            let _ = client.get_ref().set_nodelay(true);
            let _ = client.get_ref().get_ref().set_tcp_keepalive(&alive);
            tasks.append(handler(client, addr));
        }
    })
}
