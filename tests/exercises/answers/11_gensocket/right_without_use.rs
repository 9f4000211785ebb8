//! The starter's `use` lines are gone.

async fn read_line(
    co: &genlab::Co,
    client: &genlab::GenSocket,
    buffer: &mut Vec<u8>,
) -> std::io::Result<Option<String>> {
    loop {
        let line: Vec<u8> = buffer.iter().copied().take_while(|byte| *byte != b'\n').collect();
        if line.len() < buffer.len() {
            buffer.drain(..line.len() + 1);
            return Ok(Some(String::from_utf8_lossy(&line).into()));
        }
        match client.recv(co, 1000).await? {
            data if data.is_empty() => return Ok(None),
            data => buffer.extend(data),
        }
    }
}
