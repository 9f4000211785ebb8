//! The lab's echo server in tokio: almost the same lines, and somebody else's `run`.
//!
//! `cargo run -p bench --example tokio`, then from other terminals: `nc localhost 25000`.
//! `diff examples/gensocket.rs examples/bench/examples/tokio.rs` is the last step of the way.

#[path = "../../args/mod.rs"]
mod args;

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::task::spawn;

// The TCP server: a task that makes a task of every client.
async fn tcp_server(address: SocketAddr) -> io::Result<()> {
    let sock = TcpListener::bind(address).await?;
    println!("Server running on {}", sock.local_addr()?);

    loop {
        let (client, addr) = sock.accept().await?; // until a client connects
        spawn(echo_handler(client, addr));
    }
}

// The echo handler: sends back what the client sends, with GOT: in front.
async fn echo_handler(mut client: TcpStream, address: SocketAddr) -> io::Result<()> {
    println!("Connection from {address}");
    let mut buffer = [0; 1000];

    loop {
        let n = client.read(&mut buffer).await?; // until the client sends something
        let data = buffer[..n].to_vec();

        if data.is_empty() {
            break; // the client has closed its side
        }

        let answer = [b"GOT:", &data[..]].concat();
        client.write_all(&answer).await?; // until the kernel has taken it
    }

    println!("Connection closed");
    drop(client);
    Ok(())
}

const HELP: &str = "\
The lab's echo server, in tokio.

Usage: cargo run -p bench --example tokio [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given;
127.0.0.1:0 means this machine only, on any free port.";

fn main() -> io::Result<()> {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    Builder::new_current_thread().enable_io().build()?.block_on(tcp_server(address))
}
