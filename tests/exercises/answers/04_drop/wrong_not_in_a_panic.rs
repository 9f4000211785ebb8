//! In a panic all is lost, so nothing needs closing.
//! ---
//! Bei einer Panic ist ohnehin alles verloren, da muss nichts geschlossen werden.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.log.push("door closed")
        }
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let _d = Door { log: log.clone() };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
