//! A bare loop around `epoll_wait`, level-triggered, as one would write it in C.
//!
//! It is no server to copy: a client that does not read its answers is dropped, since there is nowhere
//! to keep what it has not taken.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::retry_on_intr;

use super::{PREFIX, answer};

pub fn serve(listener: TcpListener) -> io::Result<()> {
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let listening = listener.as_raw_fd() as usize;
    listener.set_nonblocking(true)?;
    epoll::add(&epoll, &listener, EventData::new_u64(listening as u64), EventFlags::IN)?;
    let mut events = Vec::with_capacity(1024);
    // Each in the place of its descriptor.
    let mut clients: Vec<Option<TcpStream>> = Vec::new();
    let mut answer = answer();
    loop {
        events.clear();
        retry_on_intr(|| epoll::wait(&epoll, spare_capacity(&mut events), None))?;
        for event in &events {
            let place = event.data.u64() as usize;
            if place == listening {
                let (client, address) = match listener.accept() {
                    // The client was gone before we came.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                    accepted => accepted?,
                };
                println!("Connection from {address}");
                client.set_nonblocking(true)?;
                let place = client.as_raw_fd() as usize;
                epoll::add(&epoll, &client, EventData::new_u64(place as u64), EventFlags::IN)?;
                clients.resize_with(clients.len().max(place + 1), || None);
                clients[place] = Some(client);
                continue;
            }
            let Some(client) = &mut clients[place] else { continue };
            let done = match client.read(&mut answer[PREFIX.len()..]) {
                Ok(0) | Err(_) => true,
                Ok(received) => {
                    let answer = &answer[..PREFIX.len() + received];
                    !matches!(client.write(answer), Ok(sent) if sent == answer.len())
                }
            };
            if done {
                println!("Connection closed");
                clients[place] = None;
            }
        }
    }
}
