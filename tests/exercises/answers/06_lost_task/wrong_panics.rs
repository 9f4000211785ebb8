//! Such a mistake must stop the program.
//! ---
//! So ein Fehler muss das Programm anhalten.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    assert!(!area.contains_key(&fd), "two tasks wait for {fd}");
    area.insert(fd, task);
    Ok(())
}
