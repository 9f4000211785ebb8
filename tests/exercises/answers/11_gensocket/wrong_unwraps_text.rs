//! What a client sends is text.
//! ---
//! Was ein Client schickt, ist Text.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        if let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            return Ok(Some(String::from_utf8(line[..end].to_vec()).unwrap()));
        }
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
}
