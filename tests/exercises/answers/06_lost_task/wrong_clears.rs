//! After such a mistake nothing in the area can be trusted.
//! ---
//! Nach so einem Fehler kann man keinem im Bereich mehr trauen.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.contains_key(&fd) {
        area.clear();
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
