//! A place in the text is a place in the bytes.
//! ---
//! Eine Stelle im Text ist eine Stelle in den Bytes.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        let text = String::from_utf8_lossy(buffer).into_owned();
        if let Some(end) = text.chars().position(|letter| letter == '\n') {
            buffer.drain(..=end);
            return Ok(Some(text.chars().take(end).collect()));
        }
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
}
