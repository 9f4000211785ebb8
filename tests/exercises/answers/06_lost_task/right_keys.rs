//! Looks through all keys.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.keys().any(|key| *key == fd) {
        return Err(task);
    }
    area.extend([(fd, task)]);
    Ok(())
}
