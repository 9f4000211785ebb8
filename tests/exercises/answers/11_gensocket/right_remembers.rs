//! Looks only at what it has not seen before.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    let mut seen = 0;
    loop {
        if let Some(n) = buffer[seen..].iter().position(|&byte| byte == b'\n') {
            let line = String::from_utf8_lossy(&buffer[..seen + n]).into_owned();
            *buffer = buffer.split_off(seen + n + 1);
            return Ok(Some(line));
        }
        seen = buffer.len();
        let data = client.recv(co, 50).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
}
