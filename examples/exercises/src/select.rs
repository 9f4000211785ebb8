//! `select`, as plain as the lab's: one question to the kernel about everybody who waits.

use std::collections::HashMap;
use std::os::fd::RawFd;

use libc::{POLLIN, POLLOUT, pollfd};

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
    let question = |events| move |&fd: &RawFd| pollfd { fd, events, revents: 0 };
    let mut questions: Vec<_> = recv_wait.keys().map(question(POLLIN)).collect();
    questions.extend(send_wait.keys().map(question(POLLOUT)));
    // SAFETY: the pointer and the length are those of one exclusive vector.
    unsafe { libc::poll(questions.as_mut_ptr(), questions.len() as libc::nfds_t, -1) };
    let can = |events| {
        let ready = questions.iter().filter(move |q| q.events == events && q.revents != 0);
        let mut fds: Vec<_> = ready.map(|q| q.fd).collect();
        fds.sort_unstable(); // a `HashMap` has no order of its own
        fds
    };
    (can(POLLIN), can(POLLOUT))
}
