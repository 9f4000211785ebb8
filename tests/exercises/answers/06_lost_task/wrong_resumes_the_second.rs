//! The second task is resumed, so that it hears of its mistake.
//! ---
//! Die zweite Task wird fortgesetzt, damit sie von ihrem Fehler erfährt.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    let mut task = task;
    if area.contains_key(&fd) {
        let _ = task.resume();
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
