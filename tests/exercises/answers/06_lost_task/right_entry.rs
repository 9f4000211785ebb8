//! `entry` looks only once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    match area.entry(fd) {
        Entry::Occupied(_) => Err(task),
        Entry::Vacant(place) => {
            place.insert(task);
            Ok(())
        }
    }
}
