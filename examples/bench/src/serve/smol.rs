//! smol on one thread: its executor and its reactor both run inside `block_on`.

use std::io;
use std::net::TcpListener;

use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::{Async, LocalExecutor};

use super::{PREFIX, answer};

pub fn serve(listener: TcpListener) -> io::Result<()> {
    let executor = LocalExecutor::new();
    smol::block_on(executor.run(async {
        let listener = Async::new(listener)?;
        loop {
            let (client, address) = listener.accept().await?;
            let task = executor.spawn(async move {
                println!("Connection from {address}");
                let _ = echo(client).await;
                println!("Connection closed");
            });
            task.detach();
        }
    }))
}

async fn echo(mut client: Async<std::net::TcpStream>) -> io::Result<()> {
    let mut answer = answer();
    loop {
        let received = client.read(&mut answer[PREFIX.len()..]).await?;
        if received == 0 {
            return Ok(());
        }
        client.write_all(&answer[..PREFIX.len() + received]).await?;
    }
}
