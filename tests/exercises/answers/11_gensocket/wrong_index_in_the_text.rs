//! One looks for the end in the text; in the bytes it is at the same place.
//! ---
//! Man sucht das Ende im Text; in den Bytes steht es an derselben Stelle.

use genlab::{Co, GenSocket};
use std::io;

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        let t = String::from_utf8_lossy(buffer).into_owned();
        if let Some(e) = t.find('\n') {
            buffer.drain(..=e.min(buffer.len() - 1));
            return Ok(Some(t[..e].to_string()));
        }
        let d = client.recv(co, 1000).await?;
        if d.is_empty() {
            return Ok(None);
        }
        buffer.extend(d);
    }
}
