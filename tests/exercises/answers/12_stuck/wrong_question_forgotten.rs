//! What was asked, the client knows itself.
//! ---
//! Was gefragt war, weiß der Client selbst.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let _question = client.recv(&co, 1000).await?;
        let timer = timer(THINK)?;
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
        client.send_all(&co, b": 42").await
    })
}
