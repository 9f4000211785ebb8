//! The lab's echo server with mistakes in it: what a client says chooses which one its task makes.
//!
//! Any other message is echoed, as is that of a mistake which the task survives.

use std::fs::File;
use std::io;

use genlab::{
    AsRawFd, Co, Domain, Op, Outcome, RawFd, Socket, Task, Tasks, Type, print, run, task,
};

fn tcp_server(tasks: Tasks) -> Task {
    task(move |co| async move {
        let sock = Socket::new(Domain::IPV4, Type::STREAM)?;
        sock.bind(([127, 0, 0, 1], 0))?;
        sock.listen(1024)?;
        print(format!("Server running on {}", sock.local_addr()?));
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, _) = sock.accept(&co).await?;
            tasks.append(broken_handler(tasks.clone(), client, sock.as_raw_fd()));
        }
    })
}

fn broken_handler(tasks: Tasks, client: Socket, listener: RawFd) -> Task {
    task(move |co| async move {
        let mut client = client;
        loop {
            co.yield_((Op::Recv, client.as_raw_fd())).await;
            let Some(data) = client.recv(1000)? else { continue };
            match &data[..] {
                b"" => break,
                b"panic" => panic!("a mistake in the handler"),
                b"fail" => return Err(io::Error::other("an error in the handler")),
                b"a long line" => print("long ".repeat(20_000)),
                b"forget to yield" => {
                    client.get_ref().set_nonblocking(false)?;
                    client.send(b"GOT:now say something")?;
                    // Here a `yield` is missing: until this client sends, everybody waits.
                    client.recv(1000)?;
                    client.get_ref().set_nonblocking(true)?;
                }
                b"negative" => co.yield_((Op::Recv, -1)).await,
                b"closed" => {
                    let closed = client.try_clone()?.as_raw_fd();
                    co.yield_((Op::Send, closed)).await;
                }
                b"closed itself" => {
                    let fd = client.as_raw_fd();
                    drop(client);
                    co.yield_((Op::Recv, fd)).await;
                    return Ok(());
                }
                b"far too large" => co.yield_((Op::Recv, RawFd::MAX)).await,
                // Another task waits for this one already: the server itself.
                b"foreign" => co.yield_((Op::Recv, listener)).await,
                // Nobody waits for this one, and it is no socket; it can always be read.
                b"a file" => {
                    let file = File::open("/proc/self/status")?;
                    co.yield_((Op::Recv, file.as_raw_fd())).await;
                }
                // From here on, the task waits for another number of the same connection.
                b"duplicate" => client = client.try_clone()?,
                b"two waiters" => tasks.append(second_waiter(client.as_raw_fd())),
                _ => {}
            }
            answer(&co, &client, &data).await?;
        }
        Ok(())
    })
}

async fn answer(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut answer = [b"GOT:", data].concat();
    while !answer.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(&answer)?;
        answer.drain(..sent);
    }
    Ok(())
}

fn second_waiter(fd: RawFd) -> Task {
    task(move |co| async move {
        // A few rounds, in which the first waiter answers and parks again.
        let file = File::open("/proc/self/status")?;
        for _ in 0..10 {
            co.yield_((Op::Recv, file.as_raw_fd())).await;
        }
        co.yield_((Op::Recv, fd)).await;
        print("the second waiter was resumed");
        Ok(())
    })
}

fn main() -> Outcome {
    faults::catch_sigusr1(false);
    let tasks = Tasks::new();
    tasks.append(tcp_server(tasks.clone()));
    run(&tasks)
}
