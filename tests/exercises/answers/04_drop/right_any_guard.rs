//! A guard for anything that must happen at the end.

use exercises::Log;
use genawaiter::rc::Co;

struct AtTheEnd<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtTheEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let _close = AtTheEnd(|| log.push("door closed"));
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
