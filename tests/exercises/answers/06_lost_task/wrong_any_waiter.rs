//! Refuses everybody as long as anybody waits.
//! says: place 6 was free

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.is_empty() {
        area.insert(fd, task);
        Ok(())
    } else {
        Err(task)
    }
}
