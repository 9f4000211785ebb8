//! Time is a descriptor too: a countdown beside the echo server, in the same thread.
//!
//! Start it, and talk to it while it counts: `nc localhost 25000`. Neither delays the other.
//! `sleep` is in `src/timer.rs`: it makes a timer, a descriptor from which one can receive when the
//! time has come, and yields that. The scheduler has not learnt anything for it.

mod args;
mod tcp;

use std::net::SocketAddr;
use std::time::Duration;

use genlab::{GenSocket, Outcome, Task, Tasks, print, run, sleep, task};
use tcp::tcp_server;

// The lab's countdown, but a number a second.
fn countdown(mut n: u32) -> Task {
    task(move |co| async move {
        while n > 0 {
            print(format!("T-minus {n}"));
            sleep(&co, Duration::from_secs(1)).await?;
            n -= 1;
        }
        Ok(())
    })
}

// The echo handler of `gensocket.rs`.
fn echo_handler(client: GenSocket, address: SocketAddr) -> Task {
    task(move |co| async move {
        print(format!("Connection from {address}"));
        loop {
            let data = client.recv(&co, 1000).await?;
            if data.is_empty() {
                break;
            }
            client.send_all(&co, &[b"GOT:", &data[..]].concat()).await?;
        }
        print("Connection closed");
        Ok(())
    })
}

const HELP: &str = "\
A countdown of ten seconds beside the echo server.

Usage: cargo run --example timer [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let tasks = Tasks::new();
    tasks.append(tcp_server(tasks.clone(), address, echo_handler));
    tasks.append(countdown(10));
    run(&tasks)
}
