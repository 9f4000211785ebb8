//! A thread thinks and writes into a socket; the task waits for that.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use genlab::{GenSocket, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        let (thought, mut brain) = UnixStream::pair()?;
        thread::spawn(move || {
            thread::sleep(THINK);
            brain.write_all(b": 42")
        });
        let thought = GenSocket::new(OwnedFd::from(thought))?.recv(&co, 1000).await?;
        client.send_all(&co, &[question, thought].concat()).await
    })
}
