//! The lab's scheduler: a deque of tasks that can run, two areas for those that wait, one loop.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::process::ExitCode;
use std::rc::Rc;

use genawaiter::GeneratorState;

use crate::observe::{Event, tell};
use crate::print::{print, print_error};
use crate::select::{Watch, select};
use crate::task::{Op, Task};
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
/// run(&tasks); // prints "Task done" twice
/// assert!(tasks.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    deque: Rc<RefCell<VecDeque<Task>>>,
    failed: Rc<Cell<bool>>,
}

impl Tasks {
    /// An empty deque: Python's `deque()`.
    pub fn new() -> Tasks {
        Tasks::default()
    }

    /// Puts a task at the end: it is resumed after all that stand before it.
    #[track_caller]
    pub fn append(&self, task: Task) {
        tell(&Event::Append(&task));
        self.deque.borrow_mut().push_back(task);
    }

    /// Takes the task at the front; `None` where Python raises `IndexError`.
    #[track_caller]
    pub fn popleft(&self) -> Option<Task> {
        let task = self.deque.borrow_mut().pop_front()?;
        tell(&Event::Popleft(&task));
        Some(task)
    }

    /// Whether no task can run now: Python's `not tasks`.
    pub fn is_empty(&self) -> bool {
        self.deque.borrow().is_empty()
    }

    fn exit_code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.failed.get()))
    }
}

/// Drives the tasks until none is left: the lab's `run()`.
///
/// As long as no task can run, `select` is asked which of the waiting ones can. A task that
/// fails is named on stderr with its error, and the others go on. What comes back is for `main` to
/// return: success, or failure (1) if any task failed.
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::fd::AsRawFd;
/// use std::os::unix::net::UnixStream;
/// use genlab::{Op, Tasks, run, task};
///
/// let (mut here, mut there) = UnixStream::pair().unwrap();
/// let tasks = Tasks::new();
/// tasks.append(task(move |co| async move {
///     co.yield_((Op::Recv, here.as_raw_fd())).await;
///     let mut byte = [0];
///     here.read_exact(&mut byte)?;
///     assert_eq!(byte, *b"!");
///     Ok(())
/// }));
/// tasks.append(task(move |co| async move {
///     co.yield_((Op::Send, there.as_raw_fd())).await;
///     there.write_all(b"!")
/// }));
/// run(&tasks);
/// ```
pub fn run(tasks: &Tasks) -> ExitCode {
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
            GeneratorState::Complete(Err(error)) => {
                tasks.failed.set(true);
                print_error(format!("{}: {error}", task.name()));
            }
        }
    }
    tasks.exit_code()
}
