//! At the end the door is closed by hand, so it must not close itself there.
//! ---
//! Am Ende wird die Tür von Hand geschlossen, dort darf sie sich nicht selbst schließen.

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
