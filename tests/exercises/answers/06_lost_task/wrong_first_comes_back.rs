//! The newcomer takes the place, and the first is told.
//! ---
//! Die neue nimmt den Platz ein, und die erste erfährt es.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.insert(fd, task) {
        None => Ok(()),
        Some(first) => Err(first),
    }
}
