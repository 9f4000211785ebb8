//! 0 is no descriptor.
//! ---
//! 0 ist kein Deskriptor.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if fd == 0 || area.contains_key(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
