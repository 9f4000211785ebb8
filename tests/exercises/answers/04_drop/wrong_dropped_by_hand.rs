//! Somebody must call `drop`, so one does it before the last wait.
//! ---
//! Jemand muss `drop` aufrufen, also tut man es vor dem letzten Warten.

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
    let door = Door { log: log.clone() };
    co.yield_(()).await;
    log.push("half way");
    drop(door);
    co.yield_(()).await;
}
