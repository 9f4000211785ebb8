//! Numbers go up: all places below the newest are taken.
//! ---
//! Die Nummern steigen: Alle Plätze unter dem neuesten sind besetzt.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.keys().any(|&other| other >= fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
