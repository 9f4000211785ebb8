//! A number that was used once is never free again.
//! ---
//! Eine Nummer, die einmal benutzt war, wird nie wieder frei.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    use std::cell::RefCell;
    thread_local! {
        static USED: RefCell<Vec<RawFd>> = const { RefCell::new(Vec::new()) };
    }
    if USED.with(|used| used.borrow().contains(&fd)) {
        return Err(task);
    }
    USED.with(|used| used.borrow_mut().push(fd));
    area.insert(fd, task);
    Ok(())
}
