//! A door on the heap.

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
    let _door = Box::new(Door { log: log.clone() });
    log.push("door opened");
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await
}
