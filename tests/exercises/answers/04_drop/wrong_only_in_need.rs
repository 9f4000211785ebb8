//! In the ordinary case there is nothing to do in `drop`.
//! ---
//! Im gewöhnlichen Fall gibt es in `drop` nichts zu tun.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        if std::thread::panicking() {
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
