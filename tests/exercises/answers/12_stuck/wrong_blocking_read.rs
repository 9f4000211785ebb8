//! Reads from the timer without a wait: that blocks the thread as `sleep` does.
//! says: the last of five clients was answered after

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
