//! `co.yield_(…)` alone waits; `.await` is decoration.
//! ---
//! `co.yield_(…)` allein wartet schon; das `.await` ist nur Beiwerk.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd()));
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
