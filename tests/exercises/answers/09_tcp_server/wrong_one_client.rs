//! A server accepts its client, and then has done its work.
//! ---
//! Ein Server nimmt seinen Client an und hat dann getan, was er soll.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, sock.as_raw_fd())).await;
        let (client, addr) = sock.accept(&co).await?;
        tasks.append(handler(client, addr));
        Ok(())
    })
}
