//! One thinks before the question comes, to be ready.
//! ---
//! Man denkt nach, bevor die Frage kommt, um bereit zu sein.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let timer = timer(THINK)?;
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
        let question = client.recv(&co, 1000).await?;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
