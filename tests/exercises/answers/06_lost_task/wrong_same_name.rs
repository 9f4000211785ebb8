//! Two tasks of the same function are the same task.
//! ---
//! Zwei Tasks derselben Funktion sind dieselbe Task.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.values().any(|other| other.name() == task.name()) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
