//! A task: a generator, and the pair that it yields.

use std::any::type_name;
use std::fmt;
use std::io;
use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

use crate::observe::{Event, tell};

/// Why a task yields: the first half of the pair, Python's `'recv'` or `'send'`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// The task wants to receive: data, a connection to accept, or the end of file.
    Recv,
    /// The task wants to send at least one byte.
    Send,
}

/// What a task yields with: `co.yield_((Op::Recv, fd)).await` is Python's `yield 'recv', sock`.
///
/// The first parameter of every generator function given to [`task`].
pub type Co = genawaiter::rc::Co<(Op, RawFd)>;

/// A generator that yields why it waits, and for which file descriptor.
///
/// Python has no type for it: there, any generator object is a task. Made by [`task`], driven by
/// [`run`](crate::run) or, step by step, by [`resume`](Task::resume). Dropping one in the middle
/// runs its destructors, as `generator.close()` raises `GeneratorExit` in Python.
pub struct Task(Box<dyn Generator>);

/// Makes a task of a generator function: the counterpart of a Python function with `yield` in it.
///
/// ```
/// use std::os::fd::RawFd;
/// use genawaiter::GeneratorState;
/// use genlab::{Op, Task, task};
///
/// fn echo_once(fd: RawFd) -> Task {
///     task(move |co| async move {
///         co.yield_((Op::Recv, fd)).await;
///         co.yield_((Op::Send, fd)).await;
///         Ok(())
///     })
/// }
///
/// let mut task = echo_once(0);
/// assert_eq!(task.name(), "echo_once");
/// assert!(matches!(task.resume(), GeneratorState::Yielded((Op::Recv, 0))));
/// assert!(matches!(task.resume(), GeneratorState::Yielded((Op::Send, 0))));
/// assert!(matches!(task.resume(), GeneratorState::Complete(Ok(()))));
/// ```
pub fn task<F>(generator: impl FnOnce(Co) -> F) -> Task
where
    F: Future<Output = io::Result<()>> + 'static,
{
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Task(Box::new(Numbered(NEXT.fetch_add(1, Ordering::Relaxed), Gen::new(generator))))
}

impl Task {
    /// Runs the task up to its next `yield` or to its end: Python's `task.send(None)`.
    ///
    /// `Yielded((op, fd))` is the yielded pair, `Complete(Ok(()))` is `StopIteration`, and
    /// `Complete(Err(error))` an exception that leaves the generator. A panic is caught and is
    /// such an error too, so that one task's mistake ends only that task.
    #[track_caller]
    pub fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>> {
        tell(&Event::Resume(self));
        let caught = catch_unwind(AssertUnwindSafe(|| self.0.resume()));
        let state = caught.unwrap_or_else(|panic| {
            let words = (panic.downcast_ref::<&str>().copied())
                .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
                .unwrap_or("no message");
            GeneratorState::Complete(Err(io::Error::other(format!("panicked: {words}"))))
        });
        if let GeneratorState::Complete(result) = &state {
            tell(&Event::Complete(self, result));
        }
        state
    }

    /// Ends the task with `error` at the `yield` where it is paused: Python's `task.throw(error)`.
    ///
    /// The generator is dropped here and now, so that its sockets close; the task that comes back
    /// says the error when it is resumed.
    pub(crate) fn throw(self, error: io::Error) -> Task {
        let (name, number) = (self.name(), self.number());
        let _ = catch_unwind(AssertUnwindSafe(|| drop(self)));
        Task(Box::new(Thrown(name, number, Some(error))))
    }

    /// Which task of this process it is: 1 for the first that was made. Python's `id(task)`, but
    /// no number comes twice.
    pub fn number(&self) -> u64 {
        self.0.number()
    }

    /// The name of the generator function that made the task: Python's `task.__name__`.
    pub fn name(&self) -> &'static str {
        // From `echo::echo_handler::{{closure}}::{{closure}}` to `echo_handler`.
        let path = self.0.name().trim_end_matches("::{{closure}}");
        let path = path.split('<').next().unwrap_or(path);
        path.rsplit("::").next().unwrap_or(path)
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task({})", self.name())
    }
}

/// What all generators have in common, whatever futures they are made of.
trait Generator {
    fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>>;
    fn name(&self) -> &'static str;
    fn number(&self) -> u64;
}

/// A generator that knows which one it is.
struct Numbered<F: Future>(u64, Gen<(Op, RawFd), (), F>);

impl<F: Future<Output = io::Result<()>>> Generator for Numbered<F> {
    fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>> {
        self.1.resume()
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn number(&self) -> u64 {
        self.0
    }
}

/// What is left of a task that an error was thrown into.
struct Thrown(&'static str, u64, Option<io::Error>);

impl Generator for Thrown {
    fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>> {
        GeneratorState::Complete(self.2.take().map_or(Ok(()), Err))
    }

    fn name(&self) -> &'static str {
        self.0
    }

    fn number(&self) -> u64 {
        self.1
    }
}
