//! If the log says that a door was closed, it is closed.
//! ---
//! Steht im Log, dass eine Tür geschlossen wurde, dann ist sie zu.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        if !self.log.text().contains("door closed") {
            self.log.push("door closed");
        }
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let _door = Door { log: log.clone() };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
