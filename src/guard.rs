//! Code of others (tasks, destructors, the words of their errors), run so that a panic in it ends here.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `code` returns, or the words of its panic.
pub(crate) fn guard<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| {
        let words = (panic.downcast_ref::<&str>().copied())
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message")
            .to_string();
        // What a task panics with can be anything, and its destructor may panic as well.
        if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            mem::forget(another);
        }
        words
    })
}
