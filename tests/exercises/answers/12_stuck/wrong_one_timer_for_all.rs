//! One timer is enough for all clients.
//! ---
//! Ein Timer genügt für alle Clients.

use std::time::Duration;

use exercises::timer;
use genlab::{AsRawFd, GenSocket, Op, Task, task};

const THINK: Duration = Duration::from_millis(200);

fn thinker(client: GenSocket) -> Task {
    task(move |co| async move {
        use std::cell::RefCell;
        use std::rc::Rc;
        thread_local! {
            static TIMER: RefCell<Option<Rc<genlab::Socket>>> = const { RefCell::new(None) };
        }
        let question = client.recv(&co, 1000).await?;
        let new = Rc::new(timer(THINK)?);
        let timer = TIMER.with(|timer| timer.borrow_mut().get_or_insert(new).clone());
        co.yield_((Op::Recv, timer.as_raw_fd())).await;
        client.send_all(&co, &[&question[..], b": 42"].concat()).await
    })
}
