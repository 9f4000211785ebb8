//! `contains` first, `split_off` then.

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
    let end = buffer.iter().position(|b| *b == b'\n').unwrap();
    let rest = buffer.split_off(end + 1);
    let mut line = std::mem::replace(buffer, rest);
    line.pop();
    Ok(Some(String::from_utf8_lossy(&line).to_string()))
}
