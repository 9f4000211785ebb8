//! The lab's two dictionaries, `recv_wait` and `send_wait`.

use std::io;

use crate::observe::{Event, tell};
use crate::os::{Op, RawFd, is_open};
use crate::task::Task;

/// A waiting area: the lab's dictionary from socket to the task that waits for it.
pub(crate) struct WaitArea {
    pub(crate) op: Op,
    /// By fd. Faster than a dictionary, and a number is small: the kernel gives out the lowest.
    tasks: Vec<Option<Task>>,
    len: usize,
    /// Waits that began since the last `select`.
    pub(crate) new: Vec<RawFd>,
    /// Waits that `select` has to answer with an error.
    pub(crate) refused: Vec<(RawFd, Task)>,
}

impl WaitArea {
    pub(crate) fn new(op: Op) -> WaitArea {
        WaitArea { op, tasks: Vec::new(), len: 0, new: Vec::new(), refused: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0 && self.refused.is_empty()
    }

    /// Python's `recv_wait[fd] = task`, which would lose a task that is already there: this keeps
    /// the newcomer apart until `select` says what is wrong.
    #[track_caller]
    pub(crate) fn insert(&mut self, fd: RawFd, task: Task) {
        let (op, index) = (self.op, fd as usize);
        // The table is as long as its highest number: a huge one that no descriptor has is refused.
        let parked = if (index >= self.tasks.len() && !is_open(fd)) || self.holds(fd) {
            self.refused.push((fd, task));
            &self.refused[self.refused.len() - 1].1
        } else {
            if index >= self.tasks.len() {
                self.tasks.resize_with(index + 1, || None);
            }
            self.len += 1;
            self.new.push(fd);
            self.tasks[index].insert(task)
        };
        tell(|| Event::Wait { op, fd, task: parked.id() });
    }

    /// Python's `recv_wait.pop(fd)`. Only for what `select` returned.
    pub(crate) fn pop(&mut self, fd: RawFd) -> Task {
        self.len -= 1;
        self.tasks[fd as usize].take().expect("select returns only waiting descriptors")
    }

    pub(crate) fn holds(&self, fd: RawFd) -> bool {
        self.tasks.get(fd as usize).is_some_and(Option::is_some)
    }
}

/// The error that ends a task whose wait cannot be watched.
pub(crate) fn cannot_wait(op: Op, fd: RawFd, why: &str) -> io::Error {
    let what = if op == Op::Recv { "receive" } else { "send" };
    io::Error::new(io::ErrorKind::InvalidInput, format!("cannot wait to {what} on fd {fd}: {why}"))
}
