//! Printing that harms nobody.

use std::fmt::Display;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, RawFd};

use crate::select::can_take;

/// Prints a line on stdout and flushes it: Python's `print`, but nobody ends or waits for it.
///
/// Python's raises when stdout is closed, and blocks the whole server when stdout is a full pipe
/// that nobody reads. Here the line is lost instead.
///
/// ```
/// genlab::print(format!("Connection from {}", "127.0.0.1:51234"));
/// ```
pub fn print(line: impl Display) {
    let stdout = io::stdout().lock();
    write_line(stdout.as_raw_fd(), stdout, line);
}

/// Prints a line on stderr, with the promise of [`print()`].
pub fn print_error(line: impl Display) {
    let stderr = io::stderr().lock();
    write_line(stderr.as_raw_fd(), stderr, line);
}

fn write_line(fd: RawFd, mut out: impl Write, line: impl Display) {
    if can_take(fd) {
        // One write for the whole line, so that lines of several processes do not mix.
        let _ = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
    }
}
