//! If a place is taken, one takes the next one.
//! ---
//! Ist ein Platz besetzt, nimmt man den nächsten.

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
