//! One place for the answer is enough for all: only one handler runs at a time.
//! ---
//! Ein Platz für die Antwort genügt für alle: Es läuft ja immer nur ein Handler.

use genlab::{AsRawFd, Op, Socket, Task, task};

thread_local!(static BUF: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) });
fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else {
                continue;
            };
            if data.is_empty() {
                return Ok(());
            }
            BUF.set([b"GOT:", &data[..]].concat());
            co.yield_((Op::Send, fd)).await;
            let a = BUF.take();
            client.send(&a)?;
            BUF.set(a);
        }
    })
}
