//! The starter's `use` lines are gone, and the names of the tests are taken.

use genlab::Op::{Recv, Send};

struct Peer;

fn echo_handler(client: genlab::Socket) -> genlab::Task {
    genlab::task(move |co| async move {
        let Peer = Peer;
        let fd = genlab::AsRawFd::as_raw_fd(&client);
        'all: loop {
            let data = loop {
                co.yield_((Recv, fd)).await;
                match client.recv(1000)? {
                    Some(data) if data.is_empty() => break 'all,
                    Some(data) => break data,
                    None => {}
                }
            };
            co.yield_((Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
        Ok(())
    })
}
