//! Who has taken nothing after many tries has gone.
//! ---
//! Wer nach vielen Versuchen nichts genommen hat, ist weg.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    for _ in 0..100 {
        if rest.is_empty() {
            break;
        }
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
