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

        loop {
            let (client, addr) = sock.accept(&co).await?;
            set_options(&client);
            tasks.append(handler(client, addr));
        }
    })
}

/// What is sent in small pieces goes out at once. One whose network is gone says nothing: after a minute
/// of silence the kernel asks, six times in another, and ends the connection of one who does not answer.
pub fn set_options(sock: &GenSocket) {
    let (idle, again) = (Duration::from_secs(60), Duration::from_secs(10));
    let alive = TcpKeepalive::new().with_time(idle).with_interval(again).with_retries(6);
    let sock = sock.get_ref().get_ref();
    // It may be gone already; its task finds out.
    let _ = sock.set_tcp_nodelay(true).and_then(|()| sock.set_tcp_keepalive(&alive));
}
