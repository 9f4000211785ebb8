//! The question can be repeated at once; only the answer takes time.
//! ---
//! Die Frage kann man gleich wiederholen; nur die Antwort braucht Zeit.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        client.send_all(&co, &question).await?;
        let timer = timer(THINK)?;
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
        client.send_all(&co, b": 42").await
    })
}
