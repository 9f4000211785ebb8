//! Seeing the scheduler at work, from outside of `run`.

use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::RawFd;
use std::panic::Location;

use crate::task::{Op, Task};

/// A step of the scheduler, as the observer given to [`observe`] is told of it.
#[derive(Debug)]
pub enum Event<'a> {
    /// `tasks.append(task)`: it stands at the end of the deque now.
    Append(&'a Task),
    /// `tasks.popleft()`: it has left the deque, and is the one to run.
    Popleft(&'a Task),
    /// `task.resume()`: it runs as soon as the observer returns.
    Resume(&'a Task),
    /// `recv_wait.insert(fd, task)` or `send_wait.insert(fd, task)`: it has yielded, and is parked.
    Wait(Op, RawFd, &'a Task),
    /// The task has ended, well or with an error.
    Complete(&'a Task, &'a io::Result<()>),
    /// `select` is called: it looks who can go on, and sleeps if nobody can.
    Select,
    /// `select` returns, with so many in `can_recv`, `can_send`, and `cannot`.
    Selected(usize, usize, usize),
}

type Observer = Box<dyn FnMut(&Event<'_>, &'static Location<'static>)>;

thread_local! {
    // Apart from the observer, so that nobody pays more than a look at it where none is.
    static OBSERVED: Cell<bool> = const { Cell::new(false) };
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
}

/// Tells `observer` of each step that this thread's scheduler takes from now on, and from which
/// line of the source: Python's `sys.settrace`, for tasks.
///
/// The scheduler goes on when the observer returns. One that waits holds everything: that is how a
/// debugger would single-step it. What the observer itself does with tasks is not told. There is
/// one observer for a thread; a new one takes the place of the old.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use genlab::{Event, Tasks, observe, run, task};
///
/// let resumed = Rc::new(Cell::new(0));
/// let count = resumed.clone();
/// observe(move |event, line| {
///     if let Event::Resume(task) = event {
///         println!("{} is resumed in {}, line {}", task.name(), line.file(), line.line());
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
    let old = OBSERVER.with(|place| place.borrow_mut().replace(Box::new(observer)));
    OBSERVED.set(true);
    drop(old);
}

/// Tells the observer, if there is one.
#[inline]
#[track_caller]
pub(crate) fn tell(event: &Event<'_>) {
    if OBSERVED.get() {
        call(event, Location::caller());
    }
}

#[cold]
fn call(event: &Event<'_>, line: &'static Location<'static>) {
    OBSERVER.with(|place| {
        // It is away while it is called: what it does itself is not told.
        let Some(mut observer) = place.take() else { return };
        observer(event, line);
        place.borrow_mut().get_or_insert(observer);
    });
}
