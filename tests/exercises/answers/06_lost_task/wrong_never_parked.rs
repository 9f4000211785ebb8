//! Whether the place is free is all that is asked.
//! ---
//! Gefragt ist nur, ob der Platz frei ist.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.contains_key(&fd) { Err(task) } else { Ok(()) }
}
