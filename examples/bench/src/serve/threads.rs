//! A thread for each connection: no event loop at all, every call simply blocks.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{PREFIX, answer};

pub fn serve(listener: TcpListener) -> io::Result<()> {
    with_threads(listener, |client| echo(client, |_| {}))
}

/// A server that mixes up its clients: each gets what the one before it said. It looks right to anybody
/// who counts bytes, and is here to see that the checker does not.
pub fn wrong(listener: TcpListener) -> io::Result<()> {
    let last = Arc::new(Mutex::new(answer()));
    with_threads(listener, move |client| {
        echo(client, |answer| last.lock().unwrap()[..].swap_with_slice(answer))
    })
}

fn with_threads(
    listener: TcpListener,
    serve: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static,
) -> io::Result<()> {
    loop {
        let (client, address) = listener.accept()?;
        let serve = serve.clone();
        let spawned = thread::Builder::new().spawn(move || {
            println!("Connection from {address}");
            // An error ends this client only, as the end of its messages would.
            let _ = serve(client);
            println!("Connection closed");
        });
        if let Err(error) = spawned {
            eprintln!("cannot start a thread for {address}: {error}");
        }
    }
}

fn echo(mut client: TcpStream, change: impl Fn(&mut [u8])) -> io::Result<()> {
    let mut answer = answer();
    loop {
        let received = client.read(&mut answer[PREFIX.len()..])?;
        if received == 0 {
            return Ok(());
        }
        change(&mut answer);
        client.write_all(&answer[..PREFIX.len() + received])?;
    }
}
