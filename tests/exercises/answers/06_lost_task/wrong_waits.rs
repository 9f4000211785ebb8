//! One waits until the place is free.
//! ---
//! Man wartet, bis der Platz frei ist.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    while area.contains_key(&fd) {}
    area.insert(fd, task);
    Ok(())
}
