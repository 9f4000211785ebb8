//! A door that can be closed by hand, and then does not close itself.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
    open: bool,
}

impl Door {
    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.log.push("door closed");
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let mut door = Door { log: log.clone(), open: true };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
    door.close();
}
