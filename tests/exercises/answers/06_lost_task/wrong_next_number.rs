//! Parks the second under the next free number.
//! says: the second task was not refused

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    let mut place = fd;
    while area.contains_key(&place) {
        place += 1;
    }
    area.insert(place, task);
    Ok(())
}
