//! No line is longer than 64 KiB: that must be an attack.
//! ---
//! Keine Zeile ist länger als 64 KiB: Das muss ein Angriff sein.

use genlab::{Co, GenSocket};
use std::io;

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        if let Some(e) = buffer.iter().position(|b| *b == b'\n') {
            let l: Vec<u8> = buffer.drain(..=e).collect();
            return Ok(Some(String::from_utf8_lossy(&l[..e]).into_owned()));
        }
        if buffer.len() > 65536 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let d = client.recv(co, 1000).await?;
        if d.is_empty() {
            return Ok(None);
        }
        buffer.extend(d);
    }
}
