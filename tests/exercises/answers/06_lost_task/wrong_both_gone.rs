//! To see whether somebody is there, one takes him out.
//! ---
//! Um zu sehen, ob jemand da ist, nimmt man ihn heraus.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.remove(&fd).is_some() {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}
