//! `select`, as plain as the lab's: one question to the kernel about everybody who waits.

use std::collections::HashMap;
#[cfg(unix)]
use std::os::fd::BorrowedFd as Borrowed;
#[cfg(windows)]
use std::os::windows::io::BorrowedSocket as Borrowed;
use std::panic::panic_any;
use std::time::Duration;

use genlab::{Op, RawFd};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::check::Complaint;
use crate::recorder;

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
    if recv_wait.is_empty() && send_wait.is_empty() {
        panic_any(Complaint::new(
            "`select` was asked, but nobody waits in either area. Ask it only when the deque is empty \
             and somebody waits.",
            "`select` wurde gefragt, aber in keinem der beiden Bereiche wartet jemand. Frag es nur, \
             wenn die Deque leer ist und jemand wartet.",
        ));
    }
    let waits: Vec<_> = (recv_wait.keys().map(|&fd| (Op::Recv, fd)))
        .chain(send_wait.keys().map(|&fd| (Op::Send, fd)))
        .collect();
    recorder::asked(recv_wait, send_wait);
    let at_once = ask(&waits, Some(Duration::ZERO));
    let slept = at_once.is_empty();
    let ready = if slept { ask(&waits, None) } else { at_once };
    let can = |op| {
        let mut fds: Vec<_> = ready.iter().filter(|wait| wait.0 == op).map(|wait| wait.1).collect();
        fds.sort_unstable(); // a `HashMap` has no order of its own
        fds
    };
    let (can_recv, can_send) = (can(Op::Recv), can(Op::Send));
    recorder::answered(&can_recv, &can_send, slept);
    (can_recv, can_send)
}

/// Whether this number means nothing to the kernel (any more).
pub(crate) fn is_closed(fd: RawFd) -> bool {
    // SAFETY: only for the question, as below.
    let mut question =
        [PollFd::from_borrowed_fd(unsafe { Borrowed::borrow_raw(fd) }, PollFlags::IN)];
    let _ = poll(&mut question, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    question[0].revents().contains(PollFlags::NVAL)
}

/// Which of these can go on. Sleeps until one can, or until the time is up.
pub(crate) fn ask(waits: &[(Op, RawFd)], timeout: Option<Duration>) -> Vec<(Op, RawFd)> {
    let question = |&(op, fd): &(Op, RawFd)| {
        let flags = if op == Op::Recv { PollFlags::IN } else { PollFlags::OUT };
        // SAFETY: only for the question; of a number that means nothing the kernel says so.
        PollFd::from_borrowed_fd(unsafe { Borrowed::borrow_raw(fd) }, flags)
    };
    let mut questions: Vec<_> = waits.iter().map(question).collect();
    let timeout = timeout
        .map(|time| Timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos() as _ });
    let _ = poll(&mut questions, timeout.as_ref());
    let answers = waits.iter().zip(&questions);
    answers.filter(|(_, answer)| !answer.revents().is_empty()).map(|(wait, _)| *wait).collect()
}
