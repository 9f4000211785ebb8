//! `select`, as plain as the lab's: one question to the kernel about everybody who waits.

use std::collections::HashMap;

use genlab::RawFd;
use rustix::event::{PollFd, PollFlags, poll};

#[cfg(unix)]
use std::os::fd::BorrowedFd as Borrowed;
#[cfg(windows)]
use std::os::windows::io::BorrowedSocket as Borrowed;

/// Waits until at least one of the descriptors can receive or send, and returns those that can:
/// first the receivers, then the senders. `src/select.rs` at the root does the same for thousands.
///
/// # Panics
///
/// When nobody waits: Python's `select` would then sleep for ever.
#[track_caller]
pub fn select<T>(
    recv_wait: &HashMap<RawFd, T>,
    send_wait: &HashMap<RawFd, T>,
) -> (Vec<RawFd>, Vec<RawFd>) {
    assert!(
        !recv_wait.is_empty() || !send_wait.is_empty(),
        "select was asked while nobody waits in either area. Ask it only when the deque is empty"
    );
    let ask = |fd: RawFd, flags| {
        // SAFETY: whoever waits for a descriptor holds it; of one that is closed the kernel says so.
        PollFd::from_borrowed_fd(unsafe { Borrowed::borrow_raw(fd as _) }, flags)
    };
    let waits = [(recv_wait, PollFlags::IN), (send_wait, PollFlags::OUT)];
    let waits: Vec<_> =
        waits.iter().flat_map(|(area, flags)| area.keys().map(|&fd| (fd, *flags))).collect();
    let mut questions: Vec<_> = waits.iter().map(|&(fd, flags)| ask(fd, flags)).collect();
    let _ = poll(&mut questions, None);
    let can = |flags| {
        let answers = waits.iter().zip(&questions);
        let ready = answers.filter(|((_, asked), q)| *asked == flags && !q.revents().is_empty());
        let mut fds: Vec<_> = ready.map(|((fd, _), _)| *fd).collect();
        fds.sort_unstable(); // a `HashMap` has no order of its own
        fds
    };
    (can(PollFlags::IN), can(PollFlags::OUT))
}
