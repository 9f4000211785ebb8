//! An error may pass: only the second one counts.
//! ---
//! Ein Fehler kann vorübergehen: Erst der zweite zählt.

use genlab::{AsRawFd, Co, Op, Socket};
use std::io;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    let mut bad = 0;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        match client.send(rest) {
            Ok(n) => rest = &rest[n..],
            Err(e) => {
                bad += 1;
                if bad > 1 {
                    return Err(e);
                }
            }
        }
    }
    Ok(())
}
