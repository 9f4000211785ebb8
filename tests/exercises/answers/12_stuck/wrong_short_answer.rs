//! An answer is short: its first hundred bytes are enough.
//! ---
//! Eine Antwort ist kurz: Ihre ersten hundert Bytes genügen.

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};
use std::time::Duration;

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let q = client.recv(&co, 1000).await?;
        let t = timer(THINK)?;
        co.yield_((Op::Recv, t.as_raw_fd())).await;
        let a = [&q[..], b": 42"].concat();
        client.send(&co, &a[..a.len().min(100)]).await.map(drop)
    })
}
