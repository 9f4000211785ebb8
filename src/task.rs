//! A task: a generator, and the pair that it yields.

use std::any::type_name;
use std::cell::Cell;
use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

use crate::guard::guard;
use crate::observe::{Event, TaskId, tell};
use crate::os::{Op, RawFd};

/// What a task yields with: `co.yield_((Op::Recv, fd)).await` is Python's `yield 'recv', sock`.
///
/// The first parameter of every generator function given to [`task`].
pub struct Co(genawaiter::rc::Co<(Op, RawFd)>);

thread_local! {
    /// How many pairs the task that runs now has yielded since it was resumed.
    static YIELDED: Cell<u32> = const { Cell::new(0) };
}

impl Co {
    /// Yields why the task waits, and for which descriptor: Python's `yield 'recv', sock`.
    ///
    /// The `.await` belongs to it: there the task pauses, until [`run`](crate::run) resumes it.
    ///
    /// # Panics
    ///
    /// If the task has yielded already and was not resumed since. A task waits for one thing at a
    /// time; to wait for two, for example with a `join!` of some other crate, takes two tasks.
    #[track_caller]
    pub fn yield_(&self, pair: (Op, RawFd)) -> impl Future<Output = ()> + '_ {
        let before = YIELDED.replace(YIELDED.get() + 1);
        assert!(
            before == 0,
            "a task yields here, but has not awaited its last `yield_`: is an `.await` missing \
             behind that one? (A task waits for one thing at a time.)"
        );
        tell(|| Event::Yield { op: pair.0, fd: pair.1 });
        self.0.yield_(pair)
    }
}

impl fmt::Debug for Co {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Co")
    }
}

/// A generator that yields why it waits, and for which file descriptor.
///
/// Python has no type for it: there, any generator object is a task. Made by [`task`], driven by
/// [`run`](crate::run) or, step by step, by [`resume`](Task::resume). Dropping one in the middle
/// runs its destructors, as `generator.close()` raises `GeneratorExit` in Python.
pub struct Task(Box<dyn Generator>);

/// Makes a task of a generator function: the counterpart of a Python function with `yield` in it.
///
/// ```
/// use genlab::{GeneratorState, Op, RawFd, Task, task};
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
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Task(Box::new(Numbered(number, Some(Gen::new(|co| generator(Co(co)))))))
}

impl Task {
    /// Runs the task up to its next `yield` or to its end: Python's `task.send(None)`.
    ///
    /// `Yielded((op, fd))` is the yielded pair, `Complete(Ok(()))` is `StopIteration`, and
    /// `Complete(Err(error))` an exception that leaves the generator. A panic is caught and is
    /// such an error too, so that one task's mistake ends only that task.
    #[track_caller]
    pub fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>> {
        tell(|| Event::Resume { task: self.id() });
        let outer = YIELDED.replace(0); // not 0 if a task resumes another one
        let state = guard(|| self.0.resume()).unwrap_or_else(|words| {
            GeneratorState::Complete(Err(io::Error::other(format!("panicked: {words}"))))
        });
        YIELDED.set(outer);
        if let GeneratorState::Complete(result) = &state {
            tell(|| Event::Complete { task: self.id(), result });
        }
        state
    }

    /// Ends the task with `error` at the `yield` where it is paused: Python's `task.throw(error)`.
    ///
    /// The generator is dropped here and now, so that its sockets close; the task that comes back
    /// says the error when it is resumed.
    pub(crate) fn throw(self, error: io::Error) -> Task {
        let id = self.id();
        let _ = guard(|| drop(self));
        Task(Box::new(Thrown(id, Some(error))))
    }

    /// Which task of this process it is: 1 for the first that was made. Python's `id(task)`, but
    /// no number comes twice.
    pub fn number(&self) -> u64 {
        self.id().number
    }

    /// The name of the generator function that made the task: Python's `task.__name__`.
    pub fn name(&self) -> &'static str {
        self.id().name
    }

    pub(crate) fn id(&self) -> TaskId {
        self.0.id()
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
    fn id(&self) -> TaskId;
}

/// A generator that knows which one it is.
struct Numbered<F: Future>(u64, Option<Gen<(Op, RawFd), (), F>>);

impl<F: Future<Output = io::Result<()>>> Generator for Numbered<F> {
    fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>> {
        const FOREIGN: &str = "it has awaited a future that does not yield to this scheduler; a \
                               task can wait only by `co.yield_`, and by what is built on it";
        let Some(generator) = &mut self.1 else {
            return GeneratorState::Complete(Err(io::Error::other(FOREIGN)));
        };
        // The plain `resume` panics where the future pauses without having yielded.
        let state = pin!(generator.async_resume()).poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(state) = state {
            return state;
        }
        // Here, where a panic of its destructors is caught.
        self.1 = None;
        GeneratorState::Complete(Err(io::Error::other(FOREIGN)))
    }

    fn id(&self) -> TaskId {
        TaskId::new(self.0, function_name(type_name::<F>()))
    }
}

/// What is left of a task that an error was thrown into.
struct Thrown(TaskId, Option<io::Error>);

impl Generator for Thrown {
    fn resume(&mut self) -> GeneratorState<(Op, RawFd), io::Result<()>> {
        GeneratorState::Complete(self.1.take().map_or(Ok(()), Err))
    }

    fn id(&self) -> TaskId {
        self.0
    }
}

/// From `echo::echo_handler::{{closure}}::{{closure}}` to `echo_handler`; also where the function is
/// generic, `f<T>`, or a method of a trait, `<Type as Trait>::f`.
fn function_name(path: &str) -> &str {
    let mut path = path.trim_end_matches("::{{closure}}");
    if path.ends_with('>') {
        let mut depth = 0;
        let open = path.rfind(|c| {
            depth += i32::from(c == '>') - i32::from(c == '<');
            depth == 0
        });
        path = &path[..open.unwrap_or(path.len())];
    }
    path.rsplit("::").next().unwrap_or(path)
}
