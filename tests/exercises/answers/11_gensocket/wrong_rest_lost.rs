//! After the `\n` there is nothing more in what has arrived.
//! ---
//! Nach dem `\n` steht in dem, was ankam, nichts mehr.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
        if let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            let line = String::from_utf8_lossy(&buffer[..end]).into_owned();
            buffer.clear();
            return Ok(Some(line));
        }
    }
}
