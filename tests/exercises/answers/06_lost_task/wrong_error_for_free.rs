//! `Ok` means that there was somebody, `Err` that there was nobody.
//! ---
//! `Ok` heißt, dass jemand da war, `Err`, dass niemand da war.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.contains_key(&fd) {
        return Ok(());
    }
    Err(task)
}
