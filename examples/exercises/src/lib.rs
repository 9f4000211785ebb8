//! What the exercises share, so that a student writes only the lesson: a deadline for each test,
//! the other end of a connection, and small parts that a later exercise takes for granted.

mod check;
mod hand;
mod peer;
mod promises;
mod random;
mod recorder;
mod select;
mod thoughts;
mod turns;

pub use peer::timer;
pub use promises::*;
pub use select::select;
pub use turns::{Turns, turns};

use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    /// How much this thread has noted, in whatever log.
    pub(crate) static NOTED: Cell<usize> = const { Cell::new(0) };
}

/// What happened, in order. A clone writes into the same log.
#[derive(Clone, Debug, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    /// An empty log.
    pub fn new() -> Log {
        Log::default()
    }

    /// Notes one more thing that happened.
    pub fn push(&self, what: impl Into<String>) {
        NOTED.set(NOTED.get() + 1);
        self.0.borrow_mut().push(what.into());
    }

    /// All that happened so far, in one line: `a 1, b 1, a 2`.
    pub fn text(&self) -> String {
        self.0.borrow().join(", ")
    }
}
