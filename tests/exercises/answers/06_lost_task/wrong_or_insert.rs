//! The first stays; what becomes of the second is nobody's business.
//! ---
//! Die erste bleibt; was aus der zweiten wird, geht niemanden etwas an.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    area.entry(fd).or_insert(task);
    Ok(())
}
