//! The first is the older one, with the smaller number.
//! ---
//! Zuerst da war die ältere, die mit der kleineren Nummer.

use genlab::{RawFd, Task};
use std::collections::HashMap;

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.insert(fd, task) {
        None => Ok(()),
        Some(old) if old.number() < area[&fd].number() => Err(area.insert(fd, old).unwrap()),
        Some(old) => Err(old),
    }
}
