//! Two handles on one door; the last one closes it.

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
    let one = std::rc::Rc::new(Door { log: log.clone() });
    let _two = one.clone();
    co.yield_(()).await;
    drop(one);
    log.push("half way");
    co.yield_(()).await;
}
