//! One `recv` is one line.
//! ---
//! Ein `recv` ist eine Zeile.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    let data = client.recv(co, 1000).await?;
    buffer.clear();
    if data.is_empty() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&data).trim_end().to_string()))
}
