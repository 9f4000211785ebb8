//! An area should not grow without end: when it is full, a task is refused.
//! ---
//! Ein Bereich soll nicht endlos wachsen: Ist er voll, wird eine Task abgewiesen.

use genlab::{RawFd, Task};
use std::collections::HashMap;

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.contains_key(&fd) || area.len() >= 64 {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
