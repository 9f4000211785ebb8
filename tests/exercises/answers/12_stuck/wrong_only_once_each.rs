//! What the first has thought, the others know.
//! ---
//! Was der erste gedacht hat, wissen die anderen.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        use std::cell::RefCell;
        thread_local! {
            static KNOWN: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
        }
        let question = client.recv(&co, 1000).await?;
        if !KNOWN.with(|known| known.borrow().contains(&question)) {
            KNOWN.with(|known| known.borrow_mut().push(question.clone()));
            let timer = timer(THINK)?;
            co.yield_((Op::Recv, timer.as_raw_fd())).await;
        }
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
