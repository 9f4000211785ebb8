//! An area has few places, and then it is full.
//! ---
//! Ein Bereich hat wenige Plätze, dann ist er voll.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.len() >= 8 || area.contains_key(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
