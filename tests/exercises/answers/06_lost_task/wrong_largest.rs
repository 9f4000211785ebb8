//! Numbers go up: only the newest place can be taken already.
//! ---
//! Die Nummern steigen: Nur der neueste Platz kann schon besetzt sein.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.keys().max() == Some(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
