//! A `Vec` from which is taken what was sent.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data.to_vec();
    loop {
        if rest.is_empty() {
            return Ok(());
        }
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let n = client.send(&rest)?;
        rest.drain(..n);
    }
}
