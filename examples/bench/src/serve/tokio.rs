//! tokio with its `current_thread` runtime: what most people in Rust would pick.

use std::io;
use std::net::TcpListener;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{PREFIX, answer};

pub fn serve(listener: TcpListener) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (client, address) = listener.accept().await?;
            tokio::spawn(async move {
                println!("Connection from {address}");
                let _ = echo(client).await;
                println!("Connection closed");
            });
        }
    })
}

async fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut answer = answer();
    loop {
        let received = client.read(&mut answer[PREFIX.len()..]).await?;
        if received == 0 {
            return Ok(());
        }
        client.write_all(&answer[..PREFIX.len() + received]).await?;
    }
}
