//! Whatever the task refers to is dropped with it.
//! ---
//! Worauf die Task verweist, wird mit ihr verworfen.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.log.push("door closed");
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let _door = Box::leak(Box::new(Door { log: log.clone() }));
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
