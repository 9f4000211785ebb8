//! Clients that do everything wrong, and the means to see what that costs the server and the others.
//!
//! The rows are in `tests/`: each starts the real `echo` process, lets [`Bystanders`] echo all along,
//! commits a fault from [`faults`], and looks at what is left behind. Two programs use the same
//! faults: `soak` for minutes on end, `against` on any server.
#![cfg(target_os = "linux")]
#![warn(missing_docs)]

mod bystanders;
mod client;
pub mod faults;
pub mod process;
mod server;

pub use bystanders::{Bystanders, Report};
pub use client::{Answers, Client, Got, byte, connect, poll, reset, source};
pub use harness::{DEADLINE, interruptible};
pub use server::{
    FullPipe, Server, command, deaf, echo, limit_descriptors, pipe, terminal, wait_until,
    without_threads,
};

/// What went wrong, in words.
pub type Result<T = ()> = std::result::Result<T, String>;

/// Handles SIGUSR1 by doing nothing, so that it ends a wait and not the process. Unless the kernel is to
/// `restart` them, all system calls that wait end with EINTR.
pub fn catch_sigusr1(restart: bool) {
    extern "C" fn nothing(_signal: i32) {}
    // SAFETY: all zeroes is a valid `sigaction`; the handler does nothing.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as extern "C" fn(i32) as usize;
        action.sa_flags = if restart { libc::SA_RESTART } else { 0 };
        libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut());
    }
}

/// Puts what was tried in front of an error.
pub trait Tried<T> {
    /// The error, with the words `cannot WHAT: ` in front.
    fn tried(self, what: &str) -> Result<T>;
}

impl<T, E: std::fmt::Display> Tried<T> for std::result::Result<T, E> {
    fn tried(self, what: &str) -> Result<T> {
        self.map_err(|error| format!("cannot {what}: {error}"))
    }
}
