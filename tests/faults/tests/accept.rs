//! Listeners that are none of the internet's.
#![cfg(target_os = "linux")]

mod child;

use std::io::{Read, Write};
use std::net;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::thread;

use faults::DEADLINE;
use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

/// The lab's server, for so many clients.
fn server(tasks: Tasks, sock: Socket, clients: usize) -> Task {
    task(move |co| async move {
        for _ in 0..clients {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, address) = sock.accept(&co).await?;
            assert_eq!(address, net::SocketAddr::from(([0, 0, 0, 0], 0)));
            tasks.append(handler(client));
        }
        Ok(())
    })
}

fn handler(client: Socket) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, client.as_raw_fd())).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, client.as_raw_fd())).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}

#[test]
fn clients_of_a_unix_socket_are_served_one_after_another_and_together() {
    let name = "clients_of_a_unix_socket_are_served_one_after_another_and_together";
    child::process(name, || {
        // A name without a file, and of nobody else's.
        let address = SocketAddr::from_abstract_name(format!("faults-{}", std::process::id()));
        let address = address.expect("it is short enough");
        let listener = UnixListener::bind_addr(&address).expect("the name is free");
        let clients = thread::spawn(move || {
            let echo = |mut client: &UnixStream| {
                client.write_all(b"Hello").expect("the server is there");
                let mut answer = [0; 9];
                client.read_exact(&mut answer).expect("the server answers");
                assert_eq!(&answer, b"GOT:Hello");
            };
            let connect = || {
                let client = UnixStream::connect_addr(&address).expect("the server listens");
                client.set_read_timeout(Some(DEADLINE)).expect("a deadline can be set");
                client
            };
            for _ in 0..3 {
                echo(&connect());
            }
            let together = [connect(), connect(), connect()];
            together.iter().for_each(echo);
        });
        let tasks = Tasks::new();
        let sock = Socket::wrap(listener).expect("a socket can be set up");
        tasks.append(server(tasks.clone(), sock, 6));
        child::run_well(&tasks);
        clients.join().expect("the clients are served");
    });
}
