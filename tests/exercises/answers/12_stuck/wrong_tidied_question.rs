//! A question is a text, and white space around it means nothing.
//! ---
//! Eine Frage ist ein Text, und Leerzeichen um sie herum bedeuten nichts.

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};
use std::time::Duration;

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let q = client.recv(&co, 1000).await?;
        let q = String::from_utf8_lossy(&q).trim().as_bytes().to_vec();
        let t = timer(THINK)?;
        co.yield_((Op::Recv, t.as_raw_fd())).await;
        client.send_all(&co, &[&q[..], b": 42"].concat()).await
    })
}
