//! A function that sleeps and lets the others run.

use std::io;
use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, Co, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

async fn sleep(co: &Co, time: Duration) -> io::Result<()> {
    let alarm = timer(time)?;
    co.yield_((Op::Recv, alarm.as_raw_fd())).await;
    Ok(())
}

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        let question = client.recv(&co, 1000).await?;
        sleep(&co, THINK).await?;
        let mut answer = question;
        answer.extend(b": 42");
        client.send_all(&co, &answer).await
    })
}
