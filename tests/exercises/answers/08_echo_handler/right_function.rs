//! The waits in functions of their own, and a loop around `send`.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket, Task, task};

async fn next(co: &Co, client: &Socket) -> io::Result<Vec<u8>> {
    loop {
        co.yield_((Op::Recv, client.as_raw_fd())).await;
        if let Some(data) = client.recv(1000)? {
            return Ok(data);
        }
    }
}

async fn answer(co: &Co, client: &Socket, text: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent < text.len() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        sent += client.send(&text[sent..])?;
    }
    Ok(())
}

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let mut data = next(&co, &client).await?;
        while !data.is_empty() {
            answer(&co, &client, &[b"GOT:".to_vec(), data].concat()).await?;
            data = next(&co, &client).await?;
        }
        Ok(())
    })
}
