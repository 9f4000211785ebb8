//! Blanks at the ends of a line do not matter.
//! ---
//! Leerzeichen an den Enden einer Zeile sind gleichgültig.

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
            return Ok(Some(String::from_utf8_lossy(&line).trim_end().to_string()));
        }
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
}
