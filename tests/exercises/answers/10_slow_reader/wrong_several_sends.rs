//! One wait is good for several calls of `send`.
//! ---
//! Ein Warten reicht für mehrere Aufrufe von `send`.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    for pieces in data.chunks(2000) {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        for piece in pieces.chunks(1000) {
            let mut piece = piece;
            loop {
                let sent = client.send(piece)?;
                piece = &piece[sent..];
                if piece.is_empty() {
                    break;
                }
                co.yield_((Op::Send, client.as_raw_fd())).await;
            }
        }
    }
    Ok(())
}
