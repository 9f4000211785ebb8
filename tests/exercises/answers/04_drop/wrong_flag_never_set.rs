//! A flag that says whether it is closed already makes it safe.
//! ---
//! Eine Variable, die sagt, ob sie schon zu ist, macht es sicher.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
    closed: bool,
}

impl Drop for Door {
    fn drop(&mut self) {
        if !self.closed {
            self.log.push("door closed");
        }
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let _door = Door { log: log.clone(), closed: false };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
    log.push("door closed");
}
