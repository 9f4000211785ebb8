//! What is left at the end of file is thrown away.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        let Some(end) = buffer.iter().position(|&byte| byte == b'\n') else {
            match client.recv(co, 1000).await {
                Err(error) => return Err(error),
                Ok(data) if data.is_empty() => {
                    buffer.clear();
                    return Ok(None);
                }
                Ok(data) => buffer.extend(data),
            }
            continue;
        };
        let mut line = buffer.drain(..=end).collect::<Vec<u8>>();
        line.pop();
        return Ok(Some(String::from_utf8_lossy(&line).to_string()));
    }
}
