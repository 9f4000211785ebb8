//! A call that waits for something else, a timer or a thread, is a wait like any other.
//! ---
//! Ein Aufruf, der auf etwas anderes wartet, einen Timer oder einen Thread, ist ein Warten wie
//! jedes andere.

use std::time::Duration;

use exercises::timer;
use genlab::{GenSocket, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let timer = timer(THINK)?;
        timer.get_ref().set_nonblocking(false)?;
        timer.recv(1)?;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
