//! Linux's epoll behind three verbs, for the load and for the bare loop: both need it with nothing
//! in between, or they would measure what is in between.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// What `epoll_wait` reports about one descriptor.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Event(libc::epoll_event);

impl Default for Event {
    fn default() -> Event {
        Event(libc::epoll_event { events: 0, u64: 0 })
    }
}

impl Event {
    /// What was given to [`Epoll::add`] with the descriptor.
    pub fn data(&self) -> u64 {
        self.0.u64
    }
}

pub struct Epoll(OwnedFd);

impl Epoll {
    pub fn new() -> io::Result<Epoll> {
        // SAFETY: no pointers; the result is checked.
        let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel made this descriptor for us just now, and nobody else knows it.
        Ok(Epoll(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    pub fn add(&self, fd: RawFd, events: i32, data: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: events as u32, u64: data };
        // SAFETY: `event` lives through the call, which only reads it. A bad `fd` is an error.
        check(unsafe {
            libc::epoll_ctl(self.0.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &raw mut event)
        })?;
        Ok(())
    }

    /// How many of `events` were filled in. `timeout_ms` as in `epoll_wait(2)`: -1 is for ever.
    pub fn wait(&self, events: &mut [Event], timeout_ms: i32) -> io::Result<usize> {
        loop {
            // SAFETY: the pointer and the length are those of one exclusive slice, and `Event` has
            // the layout of `epoll_event`.
            let ready = check(unsafe {
                libc::epoll_wait(
                    self.0.as_raw_fd(),
                    events.as_mut_ptr().cast(),
                    events.len() as i32,
                    timeout_ms,
                )
            });
            match ready {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                ready => return ready.map(|ready| ready as usize),
            }
        }
    }
}

/// Turns the -1 of a system call into the error that it stands for.
pub fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
