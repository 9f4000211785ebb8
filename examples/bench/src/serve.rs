//! The servers written in Rust that genlab is compared with, one file each.
//!
//! They live in the program that measures, which starts itself once more with `--serve NAME`: each is
//! still a process of its own. All do what the lab's server does: read up to 1000 bytes, answer with
//! `GOT:` in front, print a line when a client comes and a line when it goes.

mod epoll;
mod smol;
mod threads;
mod tokio;

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};

/// The most that one `recv` takes, as in the lab.
const CHUNK: usize = 1000;
pub const PREFIX: &[u8] = b"GOT:";

/// An answer that lacks only the message.
fn answer() -> [u8; PREFIX.len() + CHUNK] {
    let mut answer = [0; PREFIX.len() + CHUNK];
    answer[..PREFIX.len()].copy_from_slice(PREFIX);
    answer
}

pub type Server = fn(TcpListener) -> io::Result<()>;

/// Listens on a free port, says so, and serves until the process is ended.
pub fn serve(name: &str) -> io::Result<()> {
    let server = server(name).ok_or_else(|| io::Error::other("there is no such server"))?;
    let listener = listen()?;
    println!("Server running on {}", listener.local_addr()?);
    server(listener)
}

pub fn server(name: &str) -> Option<Server> {
    match name {
        "tokio" => Some(tokio::serve),
        "smol" => Some(smol::serve),
        "threads" => Some(threads::serve),
        "epoll" => Some(epoll::serve),
        "wrong" => Some(threads::wrong),
        _ => None,
    }
}

/// Listens on a free port, with the backlog that `examples/echo.rs` has.
pub fn listen() -> io::Result<TcpListener> {
    let sock = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    sock.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    sock.listen(1024)?;
    Ok(sock.into())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Shutdown, TcpStream};

    use super::*;

    #[test]
    fn each_server_answers_more_than_a_chunk_in_several_pieces() {
        for name in ["tokio", "smol", "threads", "epoll"] {
            let listener = listen().unwrap();
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let server = server(name).unwrap();
            std::thread::spawn(move || server(listener));
            client.write_all(&[7; 2500]).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            client.set_read_timeout(Some(harness::DEADLINE)).unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).unwrap();
            // How many pieces there are is up to the kernel, but none is longer than a chunk.
            let text = String::from_utf8(answer).unwrap();
            let pieces: Vec<usize> = text.split("GOT:").skip(1).map(str::len).collect();
            assert!(text.starts_with("GOT:"), "{name}");
            assert!(pieces.iter().all(|&piece| (1..=CHUNK).contains(&piece)), "{name}: {pieces:?}");
            assert_eq!(pieces.iter().sum::<usize>(), 2500, "{name}");
        }
    }
}
