//! Two timers, one after the other, which last 0.2 s together.

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};
use std::time::Duration;

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let q = client.recv(&co, 1000).await?;
        for _ in 0..2 {
            let t = timer(THINK / 2)?;
            co.yield_((Op::Recv, t.as_raw_fd())).await;
            drop(t);
        }
        client.send_all(&co, &[&q[..], b": 42"].concat()).await
    })
}
