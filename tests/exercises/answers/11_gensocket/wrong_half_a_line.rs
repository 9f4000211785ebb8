//! At the end of file, what is left is the last line.
//! ---
//! Am Dateiende ist der Rest die letzte Zeile.

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
            return Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()));
        }
        let data = client.recv(co, 1000).await?;
        if data.is_empty() && buffer.is_empty() {
            return Ok(None);
        } else if data.is_empty() {
            let line = String::from_utf8_lossy(buffer).into_owned();
            buffer.clear();
            return Ok(Some(line));
        }
        buffer.extend(data);
    }
}
