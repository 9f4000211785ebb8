//! A `Vec` from which is taken what was sent.

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data.to_vec();
    loop {
        if rest.is_empty() {
            return Ok(());
        }
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let n = send(client, &rest)?;
        rest.drain(..n);
    }
}
