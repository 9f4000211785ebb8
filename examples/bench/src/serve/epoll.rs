//! A bare loop around `epoll_wait`, level-triggered, as one would write it in C.
//!
//! One `recv` and one `send` a message, one `epoll_wait` a round, nothing in between: no tasks, no
//! queue, no memory for a client. It is no server to copy: a client that does not read its answers
//! is dropped, since there is nowhere to keep what it has not taken.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, RawFd};

use super::{PREFIX, answer};
use crate::epoll::{Epoll, Event};

/// How many events a round can bring.
const EVENTS: usize = 1024;

pub fn serve(listener: TcpListener) -> io::Result<()> {
    let epoll = Epoll::new()?;
    let listening = listener.as_raw_fd();
    listener.set_nonblocking(true)?;
    epoll.add(listening, libc::EPOLLIN, listening as u64)?;
    let mut events = vec![Event::default(); EVENTS];
    let mut answer = answer();
    loop {
        let ready = epoll.wait(&mut events, -1)?;
        for event in &events[..ready] {
            let fd = event.data() as RawFd;
            if fd == listening {
                accept(&listener, &epoll)?;
                continue;
            }
            // SAFETY: the number came from `into_raw_fd` in `accept`, and epoll forgets it when it
            // is closed, so it is open and nobody else's. It goes back below unless it is done.
            let mut client = unsafe { TcpStream::from_raw_fd(fd) };
            let done = match client.read(&mut answer[PREFIX.len()..]) {
                Ok(0) | Err(_) => true,
                Ok(received) => {
                    let answer = &answer[..PREFIX.len() + received];
                    !matches!(client.write(answer), Ok(sent) if sent == answer.len())
                }
            };
            if done {
                println!("Connection closed");
            } else {
                let _ = client.into_raw_fd();
            }
        }
    }
}

fn accept(listener: &TcpListener, epoll: &Epoll) -> io::Result<()> {
    let (client, address) = match listener.accept() {
        Ok(accepted) => accepted,
        // The client was gone before we came.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
        Err(error) => return Err(error),
    };
    println!("Connection from {address}");
    client.set_nonblocking(true)?;
    let fd = client.into_raw_fd();
    epoll.add(fd, libc::EPOLLIN, fd as u64)
}
