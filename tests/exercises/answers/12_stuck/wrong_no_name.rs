//! The timer has no name: it is closed before the wait begins.
//! says: the client should have heard "why: 42"

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let fd = timer(THINK)?.as_raw_fd();
        co.yield_((Op::Recv, fd)).await;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
