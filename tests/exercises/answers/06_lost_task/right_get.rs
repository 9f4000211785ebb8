//! `get` says who is there.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.get(&fd) {
        Some(_) => Err(task),
        None => {
            area.insert(fd, task);
            Ok(())
        }
    }
}
