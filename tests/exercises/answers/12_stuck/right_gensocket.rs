//! The timer as a `GenSocket`.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let _ = (Op::Recv, client.as_raw_fd());
        GenSocket::new(timer(THINK)?).recv(&co, 1).await?;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
