//! How one thread waits for thousands of clients.
//!
//! A [`Task`] is a generator: it runs until it would have to wait, and then yields why, and for
//! which file descriptor. [`run`] keeps the tasks that can run now in a deque, [`Tasks`], and parks
//! the others in two waiting areas, `recv_wait` and `send_wait`, until `select` finds that the
//! kernel has something for them. It is the scheduler of a well-known Python lab, line for line.
//!
//! The smallest program: two tasks and a connection between them.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::os::fd::AsRawFd;
//! use std::os::unix::net::UnixStream;
//! use genlab::{Op, Task, Tasks, run, task};
//!
//! fn asker(mut sock: UnixStream) -> Task {
//!     task(move |co| async move {
//!         co.yield_((Op::Send, sock.as_raw_fd())).await; // yield 'send', sock
//!         sock.write_all(b"Hello")?;
//!         co.yield_((Op::Recv, sock.as_raw_fd())).await; // yield 'recv', sock
//!         let mut answer = String::new();
//!         sock.read_to_string(&mut answer)?;
//!         assert_eq!(answer, "GOT:Hello");
//!         Ok(())
//!     })
//! }
//!
//! fn answerer(mut sock: UnixStream) -> Task {
//!     task(move |co| async move {
//!         co.yield_((Op::Recv, sock.as_raw_fd())).await;
//!         let mut data = [0; 1000];
//!         let n = sock.read(&mut data)?;
//!         co.yield_((Op::Send, sock.as_raw_fd())).await;
//!         sock.write_all(&[b"GOT:", &data[..n]].concat())
//!     })
//! }
//!
//! let (a, b) = UnixStream::pair()?;
//! let tasks = Tasks::new();
//! tasks.append(asker(a));
//! tasks.append(answerer(b));
//! run(&tasks); // prints "Task done" twice
//! # std::io::Result::Ok(())
//! ```
//!
//! Read on in this order: `examples/generator.rs`, `examples/multitask.rs`, `src/scheduler.rs`,
//! `examples/echo.rs`; then, for what the lab does not have, `src/select.rs`; and [`GenSocket`], the
//! lab's next page.
#![warn(missing_docs)]
#![deny(unsafe_code)]

mod gensocket;
mod observe;
mod print;
mod scheduler;
mod select;
mod socket;
mod task;
mod wait;

pub use gensocket::GenSocket;
pub use observe::{Event, observe};
pub use print::{print, print_error};
pub use scheduler::{Tasks, run};
pub use socket::{Pause, accept, cannot_listen, recv, send};
pub use task::{Co, Op, Task, task};
