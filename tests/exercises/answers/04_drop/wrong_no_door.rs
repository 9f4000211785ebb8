//! It is enough that there is a door somewhere in the program.
//! ---
//! Es genügt, dass irgendwo im Programm eine Tür steht.

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
    co.yield_(()).await;
    log.push("door closed");
}
