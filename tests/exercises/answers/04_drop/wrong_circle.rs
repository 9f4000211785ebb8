//! Whatever the task refers to is dropped with it.
//! ---
//! Worauf die Task verweist, wird mit ihr verworfen.

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

struct Frame {
    _door: Door,
    _frame: std::cell::RefCell<Option<std::rc::Rc<Frame>>>,
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let frame = std::rc::Rc::new(Frame { _door: Door { log: log.clone() }, _frame: None.into() });
    *frame._frame.borrow_mut() = Some(frame.clone());
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
}
