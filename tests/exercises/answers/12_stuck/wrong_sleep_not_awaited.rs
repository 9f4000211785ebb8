//! Once the timer is there, or `sleep` was called, the time passes by itself.
//! ---
//! Ist der Timer da oder `sleep` aufgerufen, vergeht die Zeit von selbst.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let _ = genlab::sleep(&co, THINK);
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
