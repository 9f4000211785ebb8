//! How one thread waits for thousands of clients.
//!
//! A [`Task`] is a generator: it runs until it would have to wait, and then yields why, and for
//! which file descriptor. [`run`] keeps the tasks that can run now in a deque, [`Tasks`], and parks
//! the others in two waiting areas, `recv_wait` and `send_wait`, until `select` finds that the
//! kernel has something for them. It is the scheduler of a well-known Python lab, line for line.
//!
//! It is made of three crates: the generators are those of [genawaiter](https://docs.rs/genawaiter),
//! [polling](https://docs.rs/polling) asks the kernel who is ready (epoll, kqueue and their like), and
//! [socket2](https://docs.rs/socket2) has the calls of a socket.
//!
//! The smallest program: two tasks and a connection between them.
//!
//! ```
//! use genlab::{AsRawFd, Op, Socket, Task, Tasks, run, socketpair, task};
//!
//! fn asker(sock: Socket) -> Task {
//!     task(move |co| async move {
//!         co.yield_((Op::Send, sock.as_raw_fd())).await; // yield 'send', sock
//!         sock.send(b"Hello")?;
//!         co.yield_((Op::Recv, sock.as_raw_fd())).await; // yield 'recv', sock
//!         assert_eq!(sock.recv(1000)?, Some(b"GOT:Hello".to_vec()));
//!         Ok(())
//!     })
//! }
//!
//! fn answerer(sock: Socket) -> Task {
//!     task(move |co| async move {
//!         co.yield_((Op::Recv, sock.as_raw_fd())).await;
//!         let data = sock.recv(1000)?.unwrap_or_default();
//!         co.yield_((Op::Send, sock.as_raw_fd())).await;
//!         sock.send(&[b"GOT:", &data[..]].concat())?;
//!         Ok(())
//!     })
//! }
//!
//! let (a, b) = socketpair()?;
//! let tasks = Tasks::new();
//! tasks.append(asker(a));
//! tasks.append(answerer(b));
//! assert!(run(&tasks).is_success()); // prints "Task done" twice
//! # std::io::Result::Ok(())
//! ```
//!
//! Read on in this order: `examples/generator.rs`, `examples/multitask.rs`, `examples/server.rs` (the
//! lab's server whole and as it is, in one file), `examples/echo.rs` (the same on this library, with
//! `src/scheduler.rs`), `examples/yieldfrom.rs` and `examples/gensocket.rs` (with [`GenSocket`], the
//! lab's next page); then, for what the lab does not have, `src/select.rs`.
//!
//! # The book
//!
//! It lies beside the code, in English in `docs/en` and in German in `docs/de`; `README.md` in each is
//! its table of contents.
//!
//! | page | what it explains |
//! | --- | --- |
//! | `lab.md` | the lab's page, line by line, and what is wrong on it |
//! | `start.md` | how to run it, also without a network |
//! | `rust.md` | the Rust in the examples, for those who know Python |
//! | `generators.md` | [`task`], [`Co`], and what [`Task::resume`] does |
//! | `turns.md` | the deque, [`Tasks`] |
//! | `waiting.md` | [`run`], line by line |
//! | `echo.md` | the lab's server, with [`Socket`] |
//! | `differences.md` | the lines that are not the lab's, and [`Outcome`], [`print()`] |
//! | `select.md` | `select`: asking with poll, sleeping in the poller |
//! | `await.md` | [`GenSocket`], futures, tokio |
//! | `faults.md`, `performance.md` | what hurts it, and how fast it is |
//! | `watch.md` | the scheduler at work, in a browser |
//! | `teaching.md`, `glossary.md` | for teachers; the words in both languages |
//! | `handout.md` | two pages for the lesson, to be printed |
// Paths, not links: a relative link from these pages would end at another place in `target/doc`, in
// another target directory and on docs.rs, and there is no address of the repository yet.
#![warn(missing_docs)]
#![deny(unsafe_code)]

mod gensocket;
mod guard;
mod observe;
mod os;
mod outcome;
mod print;
mod scheduler;
mod select;
mod socket;
mod task;
mod timer;
mod wait;

pub use genawaiter::GeneratorState;
pub use gensocket::{GenSocket, create_connection};
pub use observe::{Event, TaskId, observe};
pub use os::{AsRawFd, Op, RawFd};
pub use outcome::{Failure, Outcome};
pub use print::{print, print_error};
pub use scheduler::{Tasks, run};
pub use socket::{Socket, socketpair};
pub use socket2::{Domain, Type};
pub use task::{Co, Task, task};
pub use timer::{Timer, sleep};
