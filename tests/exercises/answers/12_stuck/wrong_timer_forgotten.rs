//! A timer must be kept open for ever.
//! ---
//! Ein Timer muss für immer offen bleiben.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let timer = timer(THINK)?;
        let fd = timer.as_raw_fd();
        std::mem::forget(timer);
        co.yield_((Op::Recv, fd)).await;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
