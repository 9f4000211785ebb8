//! A server that mixes up its clients: each gets what the one before it said. It looks right to
//! anybody who counts bytes, and is here to see that the checker does not.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use super::{PREFIX, answer};

pub fn serve(listener: TcpListener) -> io::Result<()> {
    let last = Arc::new(Mutex::new(answer()));
    loop {
        let (mut client, _) = listener.accept()?;
        let last = last.clone();
        thread::spawn(move || -> io::Result<()> {
            let mut answer = answer();
            loop {
                let received = client.read(&mut answer[PREFIX.len()..])?;
                if received == 0 {
                    return Ok(());
                }
                std::mem::swap(&mut answer, &mut last.lock().unwrap_or_else(|e| e.into_inner()));
                client.write_all(&answer[..PREFIX.len() + received])?;
            }
        });
    }
}
