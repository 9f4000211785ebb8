//! A `while` as long as there is no whole line.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    while !buffer.contains(&b'\n') {
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend_from_slice(&data);
    }
    let (line, rest) = {
        let mut parts = buffer.splitn(2, |&byte| byte == b'\n');
        (parts.next().unwrap_or_default().to_vec(), parts.next().unwrap_or_default().to_vec())
    };
    *buffer = rest;
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}
