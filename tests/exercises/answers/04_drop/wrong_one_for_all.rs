//! There is one door in the whole program, and it is closed once.
//! ---
//! Im ganzen Programm gibt es eine Tür, und sie wird einmal geschlossen.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        use std::sync::atomic::{AtomicBool, Ordering};
        static CLOSED: AtomicBool = AtomicBool::new(false);
        if !CLOSED.swap(true, Ordering::Relaxed) {
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
