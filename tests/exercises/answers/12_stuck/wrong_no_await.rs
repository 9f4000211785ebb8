//! `co.yield_(…)` alone waits; `.await` is decoration.
//! ---
//! `co.yield_(…)` allein wartet schon; das `.await` ist nur Beiwerk.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let timer = timer(THINK)?;
        co.yield_((Op::Recv, timer.as_raw_fd()));
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
