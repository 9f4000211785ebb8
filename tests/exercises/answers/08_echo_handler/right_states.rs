//! A value says what it is waiting for.

use genlab::{AsRawFd, Op, Socket, Task, task};

enum St {
    Idle,
    Answer(Vec<u8>),
}

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        let mut st = St::Idle;
        loop {
            co.yield_(match st {
                St::Idle => (Op::Recv, fd),
                St::Answer(_) => (Op::Send, fd),
            })
            .await;
            st = match st {
                St::Idle => match client.recv(1000)? {
                    None => St::Idle,
                    Some(d) if d.is_empty() => return Ok(()),
                    Some(d) => St::Answer(b"GOT:".iter().copied().chain(d).collect()),
                },
                St::Answer(a) => {
                    client.send(&a)?;
                    St::Idle
                }
            }
        }
    })
}
