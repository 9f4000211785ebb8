//! The lab's scheduler: a deque of tasks that can run, two areas for those that wait, one loop.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::mem;
use std::rc::Rc;

use genawaiter::GeneratorState;

use crate::observe::{Event, tell};
use crate::os::Op;
use crate::outcome::Outcome;
use crate::print::print;
use crate::select::{Watch, select};
use crate::task::Task;
use crate::wait::WaitArea;

/// The tasks that can run now, first in, first out: the lab's `tasks = deque()`.
///
/// A clone is another handle on the same deque, so that a task can hold one and append to it.
///
/// ```
/// use genlab::{Tasks, run, task};
///
/// let tasks = Tasks::new();
/// let more = tasks.clone();
/// tasks.append(task(|_co| async move {
///     more.append(task(|_co| async { Ok(()) }));
///     Ok(())
/// }));
/// assert!(run(&tasks).is_success()); // prints "Task done" twice
/// assert!(tasks.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    deque: Rc<RefCell<VecDeque<Task>>>,
    outcome: Rc<RefCell<Outcome>>,
}

impl Tasks {
    /// An empty deque: Python's `deque()`.
    pub fn new() -> Tasks {
        Tasks::default()
    }

    /// Puts a task at the end: it is resumed after all that stand before it.
    #[track_caller]
    pub fn append(&self, task: Task) {
        self.deque.borrow_mut().push_back(task);
        tell(|| {
            let deque = self.deque.borrow();
            Event::Append { task: deque[deque.len() - 1].id() }
        });
    }

    /// Takes the task at the front; `None` where Python raises `IndexError`.
    #[track_caller]
    pub fn popleft(&self) -> Option<Task> {
        let task = self.deque.borrow_mut().pop_front()?;
        tell(|| Event::Popleft { task: task.id() });
        Some(task)
    }

    /// Whether no task can run now: Python's `not tasks`.
    pub fn is_empty(&self) -> bool {
        self.deque.borrow().is_empty()
    }

    fn fail(&self, task: &Task, error: io::Error) {
        self.outcome.borrow_mut().fail(task.id(), error);
    }

    fn outcome(&self) -> Outcome {
        mem::take(&mut self.outcome.borrow_mut())
    }
}

/// Drives the tasks until none is left: the lab's `run()`.
///
/// As long as no task can run, `select` is asked which of the waiting ones can. A task that
/// fails is named on stderr with its error, and the others go on. What comes back tells which have
/// failed, and `main` can return it.
///
/// ```
/// use genlab::{AsRawFd, Op, Tasks, run, socketpair, task};
///
/// let (here, there) = socketpair()?;
/// let tasks = Tasks::new();
/// tasks.append(task(move |co| async move {
///     co.yield_((Op::Recv, here.as_raw_fd())).await;
///     assert_eq!(here.recv(1)?, Some(b"!".to_vec()));
///     Ok(())
/// }));
/// tasks.append(task(move |co| async move {
///     co.yield_((Op::Send, there.as_raw_fd())).await;
///     there.send(b"!").map(drop)
/// }));
/// assert!(run(&tasks).is_success());
/// # std::io::Result::Ok(())
/// ```
pub fn run(tasks: &Tasks) -> Outcome {
    let mut recv_wait = WaitArea::new(Op::Recv);
    let mut send_wait = WaitArea::new(Op::Send);
    let mut watch = Watch::new();

    while !tasks.is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        while tasks.is_empty() {
            let (can_recv, can_send, cannot) = select(&mut recv_wait, &mut send_wait, &mut watch);
            for fd in can_recv {
                tasks.append(recv_wait.pop(fd));
            }
            for fd in can_send {
                tasks.append(send_wait.pop(fd));
            }
            for (task, error) in cannot {
                tasks.append(task.throw(error));
            }
        }
        let Some(mut task) = tasks.popleft() else { continue };
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => recv_wait.insert(fd, task),
            GeneratorState::Yielded((Op::Send, fd)) => send_wait.insert(fd, task),
            GeneratorState::Complete(Ok(())) => print("Task done"),
            GeneratorState::Complete(Err(error)) => tasks.fail(&task, error),
        }
    }
    tasks.outcome()
}
