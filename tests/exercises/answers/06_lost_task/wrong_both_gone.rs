//! Takes the first out to look at it, and does not put it back.
//! says: nobody is parked under 5 any more

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.remove(&fd).is_some() {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
