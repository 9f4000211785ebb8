//! At the end of file there is no line any more.
//! ---
//! Am Dateiende gibt es keine Zeile mehr.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    let data = client.recv(co, 1000).await?;
    buffer.extend(&data);
    loop {
        if data.is_empty() {
            return Ok(None);
        }
        if let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            return Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()));
        }
        let more = client.recv(co, 1000).await?;
        if more.is_empty() {
            return Ok(None);
        }
        buffer.extend(more);
    }
}
