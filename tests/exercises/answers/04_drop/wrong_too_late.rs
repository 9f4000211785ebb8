//! The door is taken in hand when one goes on, after the first wait.
//! ---
//! Die Tür nimmt man in die Hand, wenn es weitergeht, nach dem ersten Warten.

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
    log.push("half way");
    let _door = Door { log: log.clone() };
    co.yield_(()).await;
}
