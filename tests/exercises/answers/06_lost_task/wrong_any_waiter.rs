//! Whoever finds the area occupied is refused.
//! ---
//! Wer den Bereich besetzt findet, wird abgewiesen.

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
