//! The condition the wrong way round.
//! says: place 5 was free

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if !area.contains_key(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
