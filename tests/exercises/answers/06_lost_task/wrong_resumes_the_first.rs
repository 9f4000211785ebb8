//! The first task is resumed, to make room.
//! ---
//! Die erste Task wird fortgesetzt, um Platz zu machen.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if let Some(first) = area.get_mut(&fd) {
        let _ = first.resume();
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
