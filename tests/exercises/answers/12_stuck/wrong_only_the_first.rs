//! What the first has thought, the others know.
//! ---
//! Was der erste gedacht hat, wissen die anderen.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        use std::sync::atomic::{AtomicBool, Ordering};
        static THOUGHT: AtomicBool = AtomicBool::new(false);
        let question = client.recv(&co, 1000).await?;
        if !THOUGHT.swap(true, Ordering::Relaxed) {
            let timer = timer(THINK)?;
            co.yield_((Op::Recv, timer.as_raw_fd())).await;
        }
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
