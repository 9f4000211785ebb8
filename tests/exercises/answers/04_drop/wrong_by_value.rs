//! Whoever gets the door by value holds it for as long as the caller lives.
//! ---
//! Wer die Tür übergeben bekommt, hält sie so lange, wie der Aufrufer lebt.

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

fn hold(_door: Door) {}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    hold(Door { log: log.clone() });
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
