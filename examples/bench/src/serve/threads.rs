//! A thread for each connection: no event loop at all, every call simply blocks.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::{PREFIX, answer};

pub fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (client, address) = listener.accept()?;
        let spawned = thread::Builder::new().spawn(move || {
            println!("Connection from {address}");
            // An error ends this client only, as the end of its messages would.
            let _ = echo(client);
            println!("Connection closed");
        });
        if let Err(error) = spawned {
            eprintln!("cannot start a thread for {address}: {error}");
        }
    }
}

fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut answer = answer();
    loop {
        let received = client.read(&mut answer[PREFIX.len()..])?;
        if received == 0 {
            return Ok(());
        }
        client.write_all(&answer[..PREFIX.len() + received])?;
    }
}
