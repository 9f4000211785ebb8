//! The first stays, but now the second is lost without a word.
//! says: the second task was not refused

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    area.entry(fd).or_insert(task);
    Ok(())
}
