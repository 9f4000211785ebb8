//! If `send` takes nothing even the first time, the client wants nothing.
//! ---
//! Nimmt `send` schon beim ersten Mal nichts, will der Client nichts haben.

use genlab::{AsRawFd, Co, Op, Socket};
use std::io;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut all = 0;
    while all < data.len() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        all += client.send(&data[all..])?;
        if all == 0 {
            return Ok(());
        }
    }
    Ok(())
}
