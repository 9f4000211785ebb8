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
mod wrong;

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

/// What serves the clients of a listener, until the process is ended.
type Server = fn(TcpListener) -> io::Result<()>;

/// Listens on `address`, says so, and serves until the process is ended.
pub fn serve(name: &str, address: SocketAddr) -> io::Result<()> {
    let server = server(name).ok_or_else(|| io::Error::other("there is no such server"))?;
    let listener = listen(address)?;
    println!("Server running on {}", listener.local_addr()?);
    server(listener)
}

pub fn server(name: &str) -> Option<Server> {
    match name {
        "tokio" => Some(tokio::serve),
        "smol" => Some(smol::serve),
        "threads" => Some(threads::serve),
        "epoll" => Some(epoll::serve),
        "wrong" => Some(wrong::serve),
        _ => None,
    }
}

/// The lab's first four lines, with the backlog that `examples/echo.rs` has.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let sock = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    sock.set_reuse_address(true)?;
    sock.bind(&address.into())?;
    sock.listen(1024)?;
    Ok(sock.into())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Shutdown, TcpStream};
    use std::time::Duration;

    use super::*;

    /// Clients of a server that runs in a thread of the test.
    fn clients<const N: usize>(name: &str) -> [TcpStream; N] {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let server = server(name).unwrap();
        std::thread::spawn(move || server(listener));
        std::array::from_fn(|_| {
            let client = TcpStream::connect(address).unwrap();
            client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            client
        })
    }

    fn ask(client: &mut TcpStream, message: &[u8]) -> Vec<u8> {
        client.write_all(message).unwrap();
        let mut answer = vec![0; PREFIX.len() + message.len()];
        client.read_exact(&mut answer).unwrap();
        answer
    }

    #[test]
    fn each_server_puts_got_in_front_of_what_its_own_client_said() {
        for name in ["tokio", "smol", "threads", "epoll"] {
            let [mut first, mut second] = clients(name);
            assert_eq!(ask(&mut first, b"one"), b"GOT:one", "{name}");
            assert_eq!(ask(&mut second, b"two"), b"GOT:two", "{name}");
            assert_eq!(ask(&mut first, &[7; CHUNK]), [PREFIX, &[7; CHUNK]].concat(), "{name}");
            first.shutdown(Shutdown::Write).unwrap();
            assert_eq!(first.read(&mut [0; 1]).unwrap(), 0, "{name} closes after the client");
            assert_eq!(ask(&mut second, b"still here"), b"GOT:still here", "{name}");
        }
    }

    #[test]
    fn each_server_answers_more_than_a_chunk_in_several_pieces() {
        for name in ["tokio", "smol", "threads", "epoll"] {
            let [mut client] = clients(name);
            client.write_all(&[7; 2500]).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).unwrap();
            // How many pieces there are is up to the kernel, but none is longer than a chunk.
            let mut rest = &answer[..];
            let mut said = 0;
            while let Some(piece) = rest.strip_prefix(PREFIX) {
                let length = piece.iter().take_while(|&&byte| byte == 7).count();
                assert!((1..=CHUNK).contains(&length), "{name}: a piece of {length} bytes");
                said += length;
                rest = &piece[length..];
            }
            assert_eq!((said, rest.len()), (2500, 0), "{name}");
        }
    }
}
