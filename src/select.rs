//! `select`: what Python's `select` promises, for any number of descriptors.
//!
//! Python's `select` hands the kernel all descriptors at each call and learns in one system call
//! which of them are ready: unbeatable while many are, a waste when thousands sit idle. epoll is
//! the opposite: each wait costs a system call to register, and then idle descriptors are free.
//! So a wait is first only *asked* about, with `poll(2)`, once a round together with all others
//! that began lately. One that has been asked [`PATIENCE`] times in vain is *armed*: handed to a
//! [`polling::Poller`] (epoll on Linux), where it costs nothing until something happens. The
//! poller has a descriptor of its own, which stands in the same `poll(2)`: so one call asks
//! everybody, and when nobody is ready, the process sleeps in it. What the poller reports is only
//! a hint: the wait is disarmed and asked about again, so that every task that is resumed owes it
//! to an answer of `poll(2)` from this very call. Nothing that was learnt about a descriptor in
//! an earlier round is used, since a task may have closed it and opened another with its number.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use libc::{POLLIN, POLLNVAL, POLLOUT, pollfd};
use polling::{Event, Events, Poller};

use crate::task::{Op, Task};

/// How often a wait is asked about, while others are ready, before it is armed.
const PATIENCE: u8 = 3;

/// Up to how many questions are put by a call that may sleep at once; with more of them, somebody
/// is probably ready, and a call that never sleeps is cheaper for the kernel.
const FEW: usize = 8;

/// How long nothing must happen before armed descriptors are checked for having been closed.
const QUIET_MS: i32 = 100;

/// A waiting area: the lab's dictionary from socket to the task that waits for it.
pub(crate) struct WaitArea {
    op: Op,
    tasks: Vec<Option<Task>>,
    len: usize,
    new: Vec<RawFd>,
    refused: Vec<(RawFd, Task)>,
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
    pub(crate) fn insert(&mut self, fd: RawFd, task: Task) {
        let index = fd as usize;
        // A table as long as a number that no descriptor has would not fit into memory.
        if fd < 0 || (index >= self.tasks.len() && !is_open(fd)) || self.holds(fd) {
            self.refused.push((fd, task));
            return;
        }
        if index >= self.tasks.len() {
            self.tasks.resize_with(index + 1, || None);
        }
        self.tasks[index] = Some(task);
        self.len += 1;
        self.new.push(fd);
    }

    /// Python's `recv_wait.pop(fd)`. Only for what `select` returned.
    pub(crate) fn pop(&mut self, fd: RawFd) -> Task {
        self.len -= 1;
        self.tasks[fd as usize].take().expect("select returns only waiting descriptors")
    }

    fn holds(&self, fd: RawFd) -> bool {
        self.tasks.get(fd as usize).is_some_and(Option::is_some)
    }
}

/// What `select` returns: who can receive, who can send, and who cannot be watched, and why.
type Ready = (Vec<RawFd>, Vec<RawFd>, Vec<(Task, io::Error)>);

/// Waits until a task can go on: the lab's `select(recv_wait, send_wait, [])`.
///
/// `watch` stands where Python has its unused third list, and so does what comes back for it: the
/// tasks whose wait is a mistake. They have left their area already.
pub(crate) fn select(recv: &mut WaitArea, send: &mut WaitArea, watch: &mut Watch) -> Ready {
    let mut cannot = Vec::new();
    watch.checked = watch.poller.is_none();
    watch.take_new(recv, &mut cannot);
    watch.take_new(send, &mut cannot);
    loop {
        watch.ask(cannot.is_empty());
        let (can_recv, can_send, closed) = watch.answers();
        for (op, fd) in closed {
            let area = if op == Op::Recv { &mut *recv } else { &mut *send };
            cannot.push((area.pop(fd), error(op, fd, "it is closed")));
        }
        if !(can_recv.is_empty() && can_send.is_empty() && cannot.is_empty()) {
            return (can_recv, can_send, cannot);
        }
    }
}

/// What `select` remembers between two calls: which waits to ask about, and which are armed.
pub(crate) struct Watch {
    /// The first question is for the poller itself; `poll(2)` skips it while its fd is -1.
    questions: Vec<pollfd>,
    /// For each question, how often it was asked in vain.
    asked: Vec<u8>,
    /// Made when the first wait is armed. Without one (no descriptor left), all keep being asked.
    poller: Option<Poller>,
    events: Events,
    /// By fd: the events (`POLLIN | POLLOUT`) for which it is armed.
    armed: Vec<i16>,
    /// Whether the armed ones were looked through since a task last ran.
    checked: bool,
}

impl Watch {
    pub(crate) fn new() -> Watch {
        Watch {
            questions: vec![pollfd { fd: -1, events: POLLIN, revents: 0 }],
            asked: vec![0],
            poller: None,
            events: Events::new(),
            armed: Vec::new(),
            checked: false,
        }
    }

    /// Asks about the waits that began since the last call, and finds those that are mistakes.
    fn take_new(&mut self, area: &mut WaitArea, cannot: &mut Vec<(Task, io::Error)>) {
        let op = area.op;
        for (fd, task) in std::mem::take(&mut area.refused) {
            if area.holds(fd) && self.is_stale(fd) {
                // The earlier task waits for a file that is gone; the number means another now.
                self.disarm(fd);
                cannot.push((area.pop(fd), error(op, fd, "it was closed by another task")));
                area.insert(fd, task);
            } else if area.holds(fd) {
                cannot.push((task, error(op, fd, "another task already waits for that")));
            } else if fd < 0 {
                cannot.push((task, error(op, fd, "no descriptor has a negative number")));
            } else {
                cannot.push((task, error(op, fd, "it is closed")));
            }
        }
        for fd in area.new.drain(..) {
            self.question(fd, if op == Op::Recv { POLLIN } else { POLLOUT });
        }
    }

    fn question(&mut self, fd: RawFd, events: i16) {
        self.questions.push(pollfd { fd, events, revents: 0 });
        self.asked.push(0);
    }

    /// Puts all questions to the kernel, and sleeps until one has an answer if `may_sleep`.
    fn ask(&mut self, may_sleep: bool) {
        let quiet = if self.checked { -1 } else { QUIET_MS };
        let many = self.questions.len() > FEW;
        let mut answers = Ok(0);
        if many || !may_sleep {
            answers = poll(&mut self.questions, 0);
        }
        if may_sleep && matches!(answers, Ok(0)) {
            answers = poll(&mut self.questions, quiet);
            if matches!(answers, Ok(0)) {
                self.check_armed();
            }
        }
        if answers.is_err() {
            // More questions than the process may have descriptors: the poller takes any number.
            self.asked.fill(PATIENCE);
        }
    }

    /// Sorts the questions: answered, to be asked again, or to be armed.
    fn answers(&mut self) -> (Vec<RawFd>, Vec<RawFd>, Vec<(Op, RawFd)>) {
        let (mut can_recv, mut can_send, mut closed) = (Vec::new(), Vec::new(), Vec::new());
        let mut kept = 1;
        for i in 1..self.questions.len() {
            let question = self.questions[i];
            let op = if question.events == POLLIN { Op::Recv } else { Op::Send };
            if question.revents & POLLNVAL != 0 {
                closed.push((op, question.fd));
            } else if question.revents != 0 {
                match op {
                    Op::Recv => can_recv.push(question.fd),
                    Op::Send => can_send.push(question.fd),
                }
            } else if self.asked[i] < PATIENCE || !self.arm(question.fd, question.events) {
                if self.asked[i] > PATIENCE && !is_open(question.fd) {
                    closed.push((op, question.fd));
                    continue;
                }
                self.questions[kept] = question;
                self.asked[kept] = self.asked[i].saturating_add(1);
                kept += 1;
            }
        }
        self.questions.truncate(kept);
        self.asked.truncate(kept);
        if self.questions[0].revents != 0 {
            self.ask_armed();
        }
        (can_recv, can_send, closed)
    }

    /// Hands a wait to the poller. False if it cannot take it: then it goes on being asked about.
    fn arm(&mut self, fd: RawFd, events: i16) -> bool {
        if self.poller.is_none() {
            self.poller = Poller::new().ok();
        }
        let Some(poller) = &self.poller else { return false };
        self.questions[0].fd = poller.as_raw_fd();
        let index = fd as usize;
        if index >= self.armed.len() {
            self.armed.resize(index + 1, 0);
        }
        let events = events | self.armed[index];
        let event = interest(fd, events);
        // SAFETY: `add` wants the descriptor deleted before it is closed, lest a later file with
        // its number be mistaken for it. We delete it when the poller reports it. Should a task
        // close it before, the kernel forgets it then or, if it has a duplicate, reports the
        // number once: for us a hint to ask `poll(2)`, never a reason to resume a task.
        let added = unsafe { poller.add(fd, event) };
        // It is there already if the other half of the pair is armed: one entry watches both.
        if added.is_ok() || poller.modify(borrow(fd), event).is_ok() {
            self.armed[index] = events;
            return true;
        }
        false
    }

    /// Asks again about all waits on a descriptor that the poller reported.
    fn disarm(&mut self, fd: RawFd) {
        let events = std::mem::take(&mut self.armed[fd as usize]);
        if let Some(poller) = &self.poller {
            let _ = poller.delete(borrow(fd));
        }
        for event in [POLLIN, POLLOUT] {
            if events & event != 0 {
                self.question(fd, event);
            }
        }
    }

    fn ask_armed(&mut self) {
        let mut events = std::mem::replace(&mut self.events, Events::new());
        events.clear();
        if let Some(poller) = &self.poller {
            let _ = poller.wait(&mut events, Some(Duration::ZERO));
        }
        for event in events.iter() {
            self.disarm(event.key as RawFd);
        }
        self.events = events;
    }

    fn is_stale(&self, fd: RawFd) -> bool {
        let events = self.armed.get(fd as usize).copied().unwrap_or(0);
        let Some(poller) = &self.poller else { return false };
        events != 0 && poller.modify(borrow(fd), interest(fd, events)).is_err()
    }

    /// Finds the waits whose descriptor a task closed under them: the poller never reports those.
    fn check_armed(&mut self) {
        self.checked = true;
        for fd in 0..self.armed.len() as RawFd {
            if self.is_stale(fd) {
                self.disarm(fd);
            }
        }
    }
}

fn interest(fd: RawFd, events: i16) -> Event {
    Event::new(fd as usize, events & POLLIN != 0, events & POLLOUT != 0)
}

fn error(op: Op, fd: RawFd, why: &str) -> io::Error {
    let what = if op == Op::Recv { "receive" } else { "send" };
    io::Error::new(io::ErrorKind::InvalidInput, format!("cannot wait to {what} on fd {fd}: {why}"))
}

fn borrow(fd: RawFd) -> BorrowedFd<'static> {
    // SAFETY: `fd` is not negative (`insert` refuses those), and the value lives for one epoll
    // call, which reads the number only and answers EBADF or ENOENT if it means nothing any more.
    unsafe { BorrowedFd::borrow_raw(fd) }
}

/// `poll(2)`: fills in `revents` and returns how many are set. Goes on when a signal interrupts.
fn poll(questions: &mut [pollfd], timeout_ms: i32) -> io::Result<usize> {
    loop {
        // SAFETY: the pointer and the length are those of one exclusive slice. Numbers that are
        // no open descriptors are no danger: `poll(2)` answers POLLNVAL for them.
        let answers = unsafe {
            libc::poll(questions.as_mut_ptr(), questions.len() as libc::nfds_t, timeout_ms)
        };
        if answers >= 0 {
            return Ok(answers as usize);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Whether a write to `fd` would not block now.
pub(crate) fn can_take(fd: RawFd) -> bool {
    let mut question = [pollfd { fd, events: POLLOUT, revents: 0 }];
    poll(&mut question, 0).is_ok_and(|answers| answers == 1)
}

fn is_open(fd: RawFd) -> bool {
    let mut question = [pollfd { fd, events: 0, revents: 0 }];
    poll(&mut question, 0).is_ok() && question[0].revents & POLLNVAL == 0
}
