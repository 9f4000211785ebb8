//! One byte at a time: slow, but right. The buffer is not needed.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    buffer.clear();
    loop {
        match client.recv(co, 1).await?[..] {
            [] => return Ok(None),
            [b'\n'] => return Ok(Some(String::from_utf8_lossy(buffer).into_owned())),
            [byte] => buffer.push(byte),
            _ => unreachable!("at most one byte was asked for"),
        }
    }
}
