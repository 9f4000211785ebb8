//! One block for each wait: the door belongs to the second.
//! ---
//! Für jedes Warten ein Block: Die Tür gehört zum zweiten.

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
    co.yield_(()).await;
    let _door = Door { log: log.clone() };
    log.push("half way");
    co.yield_(()).await;
}
