//! A thread thinks and writes into a socket; the task waits for that.

use std::thread;
use std::time::Duration;

use genlab::{GenSocket, Task, socketpair, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let (thought, brain) = socketpair()?;
        thread::spawn(move || {
            thread::sleep(THINK);
            brain.send(b": 42")
        });
        let thought = GenSocket::new(thought).recv(&co, 1000).await?;
        client.send_all(&co, &[question, thought].concat()).await
    })
}
