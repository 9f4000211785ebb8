//! The second waits under another number, so that both are kept.
//! ---
//! Die zweite wartet unter einer anderen Nummer, so bleiben beide.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.contains_key(&fd) {
        area.insert(RawFd::MAX - fd, task);
        return Ok(());
    }
    area.insert(fd, task);
    Ok(())
}
