//! The starter's `use` lines are gone, and the names of the tests are taken.

struct Peer;

fn tcp_server(
    tasks: genlab::Tasks,
    sock: genlab::Socket,
    handler: fn(genlab::Socket, std::net::SocketAddr) -> genlab::Task,
) -> genlab::Task {
    genlab::task(move |co| async move {
        let Peer = Peer;
        loop {
            co.yield_((genlab::Op::Recv, genlab::AsRawFd::as_raw_fd(&sock))).await;
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
        }
    })
}
