//! The end of file in the middle of a line is an error.
//! ---
//! Das Dateiende mitten in einer Zeile ist ein Fehler.

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
        if data.is_empty() && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
}
