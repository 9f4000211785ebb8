//! Inserts first, and puts the old task back.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.insert(fd, task) {
        None => Ok(()),
        Some(first) => {
            let second = area.insert(fd, first).unwrap();
            Err(second)
        }
    }
}
