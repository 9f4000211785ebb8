//! A door that says when it is opened, too.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Door {
    fn open(log: Log) -> Door {
        log.push("door opened");
        Door { log }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.log.push("door closed");
    }
}

async fn visitor(co: Co<()>, log: Log) {
    let door = Door::open(log);
    co.yield_(()).await;
    door.log.push("half way");
    co.yield_(()).await;
}
