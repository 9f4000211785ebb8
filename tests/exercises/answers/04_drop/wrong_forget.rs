//! Forgets the door on purpose, so that it is "not closed twice".
//! says: your code: "door opened, half way, |"

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
    std::mem::forget(door);
    co.yield_(()).await;
    log.push("door closed");
}
