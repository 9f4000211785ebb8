//! A little less thinking does no harm.
//! ---
//! Etwas weniger Nachdenken schadet nicht.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let timer = timer(THINK / 2)?;
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
