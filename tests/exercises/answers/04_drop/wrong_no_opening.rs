//! A door that closes itself opens itself, too.
//! ---
//! Eine Tür, die sich selbst schließt, öffnet sich auch selbst.

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
    let _door = Door { log: log.clone() };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
