//! Takes the first out, and puts it back.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if let Some(first) = area.remove(&fd) {
        area.insert(fd, first);
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
