//! The log knows whether the door is open: whether more was opened than closed.
//! ---
//! Das Log weiß, ob die Tür offen ist: ob darin mehr geöffnet als geschlossen wurde.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        let t = self.log.text();
        if t.matches("opened").count() > t.matches("closed").count() {
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
