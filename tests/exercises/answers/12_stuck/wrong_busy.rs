//! Asks the clock in a circle, and yields in between.
//! says: the processor was busy for

use std::time::{Duration, Instant};

use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let start = Instant::now();
        while start.elapsed() < THINK {
            co.yield_((Op::Send, client.as_raw_fd())).await;
        }
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
