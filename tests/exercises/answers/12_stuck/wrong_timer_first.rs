//! The time runs from the moment at which the client connects.
//! ---
//! Die Zeit läuft von dem Moment an, in dem der Client sich verbindet.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let timer = timer(THINK)?;
        let question = client.recv(&co, 1000).await?;
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
