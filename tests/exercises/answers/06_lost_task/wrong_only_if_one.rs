//! There is at most one other task in the area.
//! ---
//! Es ist höchstens eine andere Task im Bereich.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.len() == 1 && area.contains_key(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
