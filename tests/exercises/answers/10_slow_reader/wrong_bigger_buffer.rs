//! With a buffer that is large enough, one `send` is enough.
//! ---
//! Mit einem Puffer, der groß genug ist, genügt ein `send`.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    client.get_ref().set_send_buffer_size(data.len().max(1) * 2)?;
    co.yield_((Op::Send, client.as_raw_fd())).await;
    client.send(data)?;
    Ok(())
}
