//! The starter's `use` lines are gone.

async fn send_all(co: &genlab::Co, client: &genlab::Socket, data: &[u8]) -> std::io::Result<()> {
    let mut queue = std::collections::VecDeque::from_iter(data.to_vec());
    while !queue.is_empty() {
        co.yield_((genlab::Op::Send, genlab::AsRawFd::as_raw_fd(client))).await;
        let sent = client.send(queue.make_contiguous())?;
        queue.drain(..sent);
    }
    Ok(())
}
