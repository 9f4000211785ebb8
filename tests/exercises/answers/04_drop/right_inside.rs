//! The waits are in a function of their own, which gets the door.

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
    inside(co, Door { log }).await;
}

async fn inside(co: Co<()>, door: Door) {
    co.yield_(()).await;
    door.log.push("half way");
    co.yield_(()).await;
}
