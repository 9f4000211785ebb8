//! Takes the door only after the first yield.
//! says: your code: "door opened, |"

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
