//! Two tasks are in conflict if they are made by the same function.
//! ---
//! Zwei Tasks stören einander, wenn sie von derselben Funktion stammen.

use genlab::{RawFd, Task};
use std::collections::HashMap;

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.get(&fd).is_some_and(|t| t.name() == task.name()) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
