//! The newcomer takes the place, the first comes back.
//! says: who is parked under 5

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.insert(fd, task) {
        None => Ok(()),
        Some(first) => Err(first),
    }
}
