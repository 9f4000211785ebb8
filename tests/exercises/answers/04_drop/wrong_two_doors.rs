//! A door for each wait.
//! ---
//! Für jedes Warten eine Tür.

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
    co.yield_(()).await;
    log.push("half way");
    let _door = Door { log: log.clone() };
    co.yield_(()).await;
}
