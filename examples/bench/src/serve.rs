//! The servers written in Rust that genlab is compared with, one file each.
//!
//! They live in the program that measures, which starts itself once more as `bench serve NAME
//! ADDRESS`: so nothing has to be built or found besides it, and each is still a process of its
//! own. All do what the lab's server does: read up to 1000 bytes, answer with `GOT:` in front,
//! print a line when a client comes and a line when it goes.

mod epoll;
mod smol;
mod threads;
mod tokio;

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};

/// The most that one `recv` takes, as in the lab.
const CHUNK: usize = 1000;

/// What stands in front of every answer.
const PREFIX: &[u8] = b"GOT:";

/// Where an answer is put together: the prefix is there already, the message is read behind it.
type Answer = [u8; PREFIX.len() + CHUNK];

/// An answer that lacks only the message.
fn answer() -> Answer {
    let mut answer = [0; PREFIX.len() + CHUNK];
    answer[..PREFIX.len()].copy_from_slice(PREFIX);
    answer
}

/// Serves until the process is ended.
pub fn serve(name: &str, address: SocketAddr) -> io::Result<()> {
    let server = match name {
        "tokio" => tokio::serve,
        "smol" => smol::serve,
        "threads" => threads::serve,
        "epoll" => epoll::serve,
        _ => return Err(io::Error::other(format!("no server is called '{name}'"))),
    };
    let listener = listen(address)?;
    println!("Server running on {}", listener.local_addr()?);
    server(listener)
}

/// The lab's first four lines, with the backlog that `examples/echo.rs` has.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let sock = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    sock.set_reuse_address(true)?;
    sock.bind(&address.into())?;
    sock.listen(1024)?;
    Ok(sock.into())
}
