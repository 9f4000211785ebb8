//! Waits with `Op::Recv`: the client says nothing.
//! says: What is asked

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Recv, client.as_raw_fd())).await;
        let sent = send(client, rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
