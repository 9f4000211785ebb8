//! Many short sleeps do not stop the others.
//! ---
//! Viele kurze Schläfchen halten die anderen nicht auf.

use std::thread;
use std::time::Duration;

use genlab::{GenSocket, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        for _ in 0..20 {
            thread::sleep(THINK / 20);
        }
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
