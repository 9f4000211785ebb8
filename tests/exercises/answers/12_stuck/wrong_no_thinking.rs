//! Without thinking nobody has to wait.
//! ---
//! Ohne Nachdenken muss niemand warten.

use std::time::Duration;

use genlab::{GenSocket, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
