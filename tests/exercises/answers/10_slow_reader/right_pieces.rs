//! Piece by piece; a piece that was not taken is tried again.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    for piece in data.chunks(4096) {
        let mut piece = piece;
        while !piece.is_empty() {
            co.yield_((Op::Send, client.as_raw_fd())).await;
            piece = &piece[client.send(piece)?..];
        }
    }
    Ok(())
}
