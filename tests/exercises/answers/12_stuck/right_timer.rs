//! The library's own `Timer`.

use std::time::Duration;

use genlab::{GenSocket, Task, Timer, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        let mut answer = client.recv(&co, 1000).await?;
        timer.sleep(&co, THINK).await?;
        answer.extend(b": 42");
        client.send_all(&co, &answer).await
    })
}
