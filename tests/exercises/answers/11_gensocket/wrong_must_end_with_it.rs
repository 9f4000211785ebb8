//! A line is complete when what has arrived ends with `\n`.
//! ---
//! Eine Zeile ist vollständig, wenn das, was ankam, mit `\n` endet.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    while !buffer.ends_with(b"\n") {
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
    let end = buffer.iter().position(|&byte| byte == b'\n').unwrap();
    let line: Vec<u8> = buffer.drain(..=end).collect();
    Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()))
}
