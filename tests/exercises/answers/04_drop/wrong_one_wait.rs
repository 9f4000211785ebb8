//! One wait is enough to show it.
//! ---
//! Ein Warten genügt, um es zu zeigen.

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
    let _door = Door { log: log.clone() };
    log.push("half way");
    co.yield_(()).await;
}
