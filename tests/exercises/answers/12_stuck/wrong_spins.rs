//! Thinking is work: the processor may be busy.
//! ---
//! Nachdenken ist Arbeit: Der Prozessor darf beschäftigt sein.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let start = std::time::Instant::now();
        while start.elapsed() < THINK {
            std::hint::spin_loop();
        }
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
