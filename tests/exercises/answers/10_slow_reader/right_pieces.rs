//! Piece by piece; a piece that was not taken is tried again.

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    for piece in data.chunks(4096) {
        let mut piece = piece;
        while !piece.is_empty() {
            co.yield_((Op::Send, client.as_raw_fd())).await;
            piece = &piece[send(client, piece)?..];
        }
    }
    Ok(())
}
