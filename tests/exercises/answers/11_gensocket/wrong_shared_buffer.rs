//! The rest needs a place that outlives the call: a `static`.
//! ---
//! Der Rest braucht einen Platz, der den Aufruf überlebt: ein `static`.

use genlab::{Co, GenSocket};
use std::io;

thread_local!(static BUF: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) });
async fn read_line(
    co: &Co,
    client: &GenSocket,
    _buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    let mut own = BUF.take();
    let buffer = &mut own;
    loop {
        if let Some(e) = buffer.iter().position(|b| *b == b'\n') {
            let l: Vec<u8> = buffer.drain(..=e).collect();
            BUF.set(own);
            return Ok(Some(String::from_utf8_lossy(&l[..e]).into_owned()));
        }
        let d = client.recv(co, 1000).await?;
        if d.is_empty() {
            return Ok(None);
        }
        buffer.extend(d);
    }
}
