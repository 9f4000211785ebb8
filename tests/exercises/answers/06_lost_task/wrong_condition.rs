//! `contains_key` says whether the place is free.
//! ---
//! `contains_key` sagt, ob der Platz frei ist.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if !area.contains_key(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
