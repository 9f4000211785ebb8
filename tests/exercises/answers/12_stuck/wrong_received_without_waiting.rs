//! `recv` on the timer waits until the time has come.
//! ---
//! `recv` auf dem Timer wartet, bis die Zeit um ist.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let timer = timer(THINK)?;
        let _ = (timer.recv(1)?, Op::Recv, timer.as_raw_fd());
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
