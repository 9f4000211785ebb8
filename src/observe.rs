//! Seeing the scheduler at work, from outside of `run`.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::panic::Location;

use crate::guard::guard;
use crate::os::{Op, RawFd};

/// Which task an [`Event`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TaskId {
    /// Which task of this process it is: see [`Task::number`](crate::Task::number).
    pub number: u64,
    /// The generator function that made it: see [`Task::name`](crate::Task::name).
    pub name: &'static str,
}

impl TaskId {
    pub(crate) fn new(number: u64, name: &'static str) -> TaskId {
        TaskId { number, name }
    }
}

/// A step of the scheduler, or what a task does in its turn, as the observer given to [`observe`] is
/// told of it.
///
/// Each is told as soon as it is true.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// `tasks.append(task)`: it stands at the end of the deque.
    #[non_exhaustive]
    Append {
        /// The one that stands there.
        task: TaskId,
    },
    /// `tasks.popleft()`: it has left the deque, and is the one to run.
    #[non_exhaustive]
    Popleft {
        /// The one that was in front.
        task: TaskId,
    },
    /// `task.resume()`: it runs as soon as the observer returns.
    #[non_exhaustive]
    Resume {
        /// The one that runs.
        task: TaskId,
    },
    /// `recv_wait.insert(fd, task)` or `send_wait.insert(fd, task)`: it has yielded, and is parked.
    #[non_exhaustive]
    Wait {
        /// What it waits for, and so in which of the two areas.
        op: Op,
        /// And on which descriptor.
        fd: RawFd,
        /// The one that is parked.
        task: TaskId,
    },
    /// The task has ended, well or with an error.
    #[non_exhaustive]
    Complete {
        /// The one that has ended.
        task: TaskId,
        /// How.
        result: &'a io::Result<()>,
    },
    /// `select` is called: it looks who can go on, and sleeps if nobody can.
    Select,
    /// `select` returns. Whom it names is still parked.
    #[non_exhaustive]
    Selected {
        /// Which of those in `recv_wait` can receive.
        can_recv: &'a [RawFd],
        /// Which of those in `send_wait` can send.
        can_send: &'a [RawFd],
        /// The tasks that wait for something that cannot be watched, each with its error.
        cannot: Vec<(TaskId, String)>,
        /// Whether nobody was ready at first.
        slept: bool,
    },
    /// `co.yield_((op, fd))`, in the task that runs. It is not parked yet: see [`Event::Wait`].
    #[non_exhaustive]
    Yield {
        /// What it waits for.
        op: Op,
        /// And on which descriptor.
        fd: RawFd,
    },
    /// [`Socket::accept`](crate::Socket::accept) returns a client.
    #[non_exhaustive]
    Accept {
        /// The client's descriptor.
        fd: RawFd,
        /// And its address.
        address: SocketAddr,
    },
    /// [`Socket::recv`](crate::Socket::recv) returns.
    #[non_exhaustive]
    Recv {
        /// The descriptor that was received from.
        fd: RawFd,
        /// What `recv` returns.
        result: &'a io::Result<Option<Vec<u8>>>,
    },
    /// [`Socket::send`](crate::Socket::send) returns.
    #[non_exhaustive]
    Send {
        /// The descriptor that was sent to.
        fd: RawFd,
        /// What was to be sent.
        data: &'a [u8],
        /// What `send` returns.
        result: &'a io::Result<usize>,
    },
    /// [`print()`](crate::print()) or [`print_error`](crate::print_error) is called.
    #[non_exhaustive]
    Print {
        /// The line, without its end.
        line: &'a str,
    },
}

type Observer = Box<dyn FnMut(&Event<'_>, &'static Location<'static>)>;

/// The observer of a thread. Its destructor may do anything, also at the thread's end.
struct Place(Option<Observer>);

impl Drop for Place {
    fn drop(&mut self) {
        let _ = guard(|| drop(self.0.take()));
    }
}

thread_local! {
    // Apart from the observer, so that nobody pays more than a look at it where none is.
    static OBSERVED: Cell<bool> = const { Cell::new(false) };
    static OBSERVER: RefCell<Place> = const { RefCell::new(Place(None)) };
}

/// Tells `observer` of each step that this thread's scheduler and its tasks take from now on, and
/// from which line of the source: Python's `sys.settrace`, for tasks.
///
/// The scheduler goes on when the observer returns. One that waits holds everything: that is how a
/// debugger would single-step it. What the observer itself does with tasks is not told. There is
/// one observer for a thread; a new one takes the place of the old. A panic of the observer is not
/// caught: it leaves [`run`](crate::run).
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use genlab::{Event, Tasks, observe, run, task};
///
/// let resumed = Rc::new(Cell::new(0));
/// let count = resumed.clone();
/// observe(move |event, line| {
///     if let Event::Resume { task, .. } = event {
///         println!("{} is resumed in {}, line {}", task.name, line.file(), line.line());
///         count.set(count.get() + 1);
///     }
/// });
///
/// let tasks = Tasks::new();
/// tasks.append(task(|_co| async { Ok(()) }));
/// run(&tasks);
/// assert_eq!(resumed.get(), 1);
/// ```
pub fn observe(observer: impl FnMut(&Event<'_>, &'static Location<'static>) + 'static) {
    let old = OBSERVER.with(|place| place.borrow_mut().0.replace(Box::new(observer)));
    OBSERVED.set(true);
    drop(Place(old));
}

/// Tells the observer, if there is one. Only then is the event made.
#[inline]
#[track_caller]
pub(crate) fn tell<'a>(event: impl FnOnce() -> Event<'a>) {
    if OBSERVED.get() {
        call(&event(), Location::caller());
    }
}

#[cold]
fn call(event: &Event<'_>, line: &'static Location<'static>) {
    // At the thread's end there may be none any more.
    let _ = OBSERVER.try_with(|place| {
        // It is away while it is called: what it does itself is not told.
        let Some(mut observer) = place.borrow_mut().0.take() else { return };
        observer(event, line);
        let mut now = place.borrow_mut();
        let replaced = match now.0 {
            None => now.0.replace(observer),
            Some(_) => Some(observer), // by one that it has set itself
        };
        drop(now);
        drop(Place(replaced));
    });
}
