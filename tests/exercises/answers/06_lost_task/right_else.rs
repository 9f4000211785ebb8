//! `if` and `else`, both with a value.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if !area.contains_key(&fd) {
        let before = area.insert(fd, task);
        assert!(before.is_none());
        Ok(())
    } else {
        Err(task)
    }
}
