//! The rest fits into a second `send`.
//! ---
//! Der Rest passt in ein zweites `send`.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let sent = client.send(data)?;
    co.yield_((Op::Send, client.as_raw_fd())).await;
    client.send(&data[sent..])?;
    Ok(())
}
