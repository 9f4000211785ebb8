//! It does not matter who holds the door.
//! ---
//! Es ist gleich, wer die Tür hält.

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

thread_local! {
    static DOORS: std::cell::RefCell<Vec<Door>> = const { std::cell::RefCell::new(Vec::new()) };
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    DOORS.with(|doors| doors.borrow_mut().push(Door { log: log.clone() }));
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
    DOORS.with(|doors| doors.borrow_mut().pop());
}
