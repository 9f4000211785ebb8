//! The answer tells of a conflict, but the newcomer stays as well.
//! ---
//! Die Antwort meldet den Konflikt, aber die neue Task bleibt auch da.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.insert(fd, task) {
        None => Ok(()),
        Some(first) => {
            area.insert(fd + 1, first);
            let second = area.remove(&fd).unwrap();
            Err(second)
        }
    }
}
