//! `let _ = …` holds a value as a name does.
//! ---
//! `let _ = …` hält einen Wert fest wie ein Name.

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
    let _ = Door { log: log.clone() };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
