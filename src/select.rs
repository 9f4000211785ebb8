//! `select`: what Python's `select` promises, for any number of descriptors.
//!
//! Python's `select` asks the kernel about all descriptors in one system call, which no other way
//! beats while many of them are ready, and which is a waste when thousands sit idle. epoll is the
//! opposite: each wait costs a system call to register, and then an idle descriptor is free.
//! So a wait is first *asked* about, with `poll(2)`, together with others. Only what was asked
//! about more than [`PATIENCE`] times in vain is *armed*: handed to a [`Poller`] (epoll on Linux),
//! where it costs nothing until something happens. The poller has a descriptor of its own, which is
//! part of each question, so that one call asks everybody; when nobody is ready, the process sleeps
//! in it. While there is work, the waits are asked about in turn, in portions, so that a socket is
//! still in the processor's cache when it is written to after it was read from. Whom the poller
//! reports is disarmed and asked about like the others: each task that is resumed owes it to an
//! answer of `poll(2)` from this very call. Nothing that was learnt about a descriptor before is
//! relied on, since a task may have closed it and opened another with its number.
#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use libc::{POLLIN, POLLNVAL, POLLOUT, pollfd};
use polling::{Event, Events, Poller};

use crate::observe::{Event as Step, tell};
use crate::task::{Op, Task};
use crate::wait::{WaitArea, cannot_wait};

/// How many questions in vain a wait is granted; with one more it is armed.
const PATIENCE: u8 = 3;

/// How many older waits are asked about at a time. Sockets that were asked about, received from and
/// sent to within a short while are still in the processor's cache.
const PORTION: usize = 16;

/// With fewer waits than this, one call that may sleep asks about them all, and none is armed.
const FEW: usize = 16;

/// How long nothing must happen before armed descriptors are checked for having been closed.
const QUIET_MS: i32 = 100;

/// What `select` returns: who can receive, who can send, and who cannot be watched, and why.
type Ready = (Vec<RawFd>, Vec<RawFd>, Vec<(Task, io::Error)>);

/// Waits until a task can go on: the lab's `select(recv_wait, send_wait, [])`.
///
/// `watch` stands where Python has its unused third list, and so does what comes back for it: the
/// tasks whose wait is a mistake. They have left their area already.
#[track_caller]
pub(crate) fn select(recv: &mut WaitArea, send: &mut WaitArea, watch: &mut Watch) -> Ready {
    tell(&Step::Select);
    let mut ready = (Vec::new(), Vec::new(), Vec::new());
    watch.checked = watch.poller.is_none();
    watch.take_new(recv, &mut ready.2);
    watch.take_new(send, &mut ready.2);
    let mut unasked = watch.later.len();
    loop {
        if (watch.few() || unasked == 0) && ready.2.is_empty() {
            watch.ask(usize::MAX, true);
        } else {
            watch.ask(PORTION.min(unasked), false);
            unasked = unasked.saturating_sub(PORTION);
        }
        watch.answers(recv, send, &mut ready);
        if !(ready.0.is_empty() && ready.1.is_empty() && ready.2.is_empty()) {
            tell(&Step::Selected(ready.0.len(), ready.1.len(), ready.2.len()));
            return ready;
        }
    }
}

/// What `select` remembers between two calls: which waits to ask about, and which are armed.
pub(crate) struct Watch {
    /// What the next `poll(2)` asks; the first is the poller itself, skipped while its fd is -1.
    asking: Vec<pollfd>,
    /// For each of them, how often it was asked in vain.
    asked: Vec<u8>,
    /// Those whose turn comes later, in its order: fd, events, how often in vain.
    later: VecDeque<(RawFd, i16, u8)>,
    /// Made when the first wait is armed. Without one (no descriptor left), all keep being asked.
    poller: Option<Poller>,
    /// By fd: the events (`POLLIN | POLLOUT`) for which it is armed.
    armed: Vec<i16>,
    /// Whether the armed ones were looked through since a task last ran.
    checked: bool,
}

impl Watch {
    pub(crate) fn new() -> Watch {
        Watch {
            asking: vec![pollfd { fd: -1, events: POLLIN, revents: 0 }],
            asked: vec![0],
            later: VecDeque::new(),
            poller: None,
            armed: Vec::new(),
            checked: false,
        }
    }

    fn few(&self) -> bool {
        self.asking.len() + self.later.len() <= FEW
    }

    /// Notes the waits that began since the last call, and finds those that are mistakes.
    fn take_new(&mut self, area: &mut WaitArea, cannot: &mut Vec<(Task, io::Error)>) {
        let op = area.op;
        for (fd, task) in std::mem::take(&mut area.refused) {
            if area.holds(fd) && self.is_stale(fd, events_of(op)) {
                // The earlier task waits for a file that is gone; the number means another now.
                self.armed[fd as usize] &= !events_of(op);
                cannot.push((area.pop(fd), cannot_wait(op, fd, "it was closed by another task")));
                area.insert(fd, task);
            } else if area.holds(fd) {
                cannot.push((task, cannot_wait(op, fd, "another task already waits for that")));
            } else if fd < 0 {
                cannot.push((task, cannot_wait(op, fd, "no descriptor has a negative number")));
            } else {
                cannot.push((task, cannot_wait(op, fd, "it is closed")));
            }
        }
        for fd in area.new.drain(..) {
            match op {
                // The other side has hardly had time to answer.
                Op::Recv => self.later.push_back((fd, POLLIN, 0)),
                // There is nearly always room.
                Op::Send => self.question(fd, POLLOUT, 0),
            }
        }
    }

    fn question(&mut self, fd: RawFd, events: i16, asked: u8) {
        self.asking.push(pollfd { fd, events, revents: 0 });
        self.asked.push(asked);
    }

    /// Puts questions to the kernel, of the older ones at most `portion`.
    fn ask(&mut self, portion: usize, may_sleep: bool) {
        for _ in 0..portion.min(self.later.len()) {
            let Some((fd, events, asked)) = self.later.pop_front() else { break };
            self.question(fd, events, asked);
        }
        let timeout = match (may_sleep, self.checked) {
            (false, _) => 0,
            (true, true) => -1,
            (true, false) => QUIET_MS,
        };
        match poll(&mut self.asking, timeout) {
            Ok(0) if may_sleep => self.check_armed(),
            Ok(_) => (),
            // More questions than the process may now have descriptors: put them one by one.
            Err(_) => {
                let answers = self.asking.chunks_mut(1).filter_map(|one| poll(one, 0).ok());
                if answers.sum::<usize>() == 0 && may_sleep {
                    let _ = poll(&mut [], QUIET_MS / 10);
                }
            }
        }
    }

    /// Sorts what was asked: answered, to be asked again, or to be armed.
    fn answers(&mut self, recv: &mut WaitArea, send: &mut WaitArea, ready: &mut Ready) {
        let few = self.few();
        for i in 1..self.asking.len() {
            let pollfd { fd, events, revents } = self.asking[i];
            let (area, can) = match events {
                POLLIN => (&mut *recv, &mut ready.0),
                _ => (&mut *send, &mut ready.1),
            };
            let asked = self.asked[i];
            if revents & POLLNVAL != 0 {
                ready.2.push((area.pop(fd), cannot_wait(area.op, fd, "it is closed")));
            } else if revents != 0 {
                can.push(fd);
            } else if few || asked < PATIENCE || !self.arm(fd, events) {
                self.later.push_back((fd, events, PATIENCE.min(asked + 1)));
            }
        }
        self.asking.truncate(1);
        self.asked.truncate(1);
        if self.asking[0].revents != 0 {
            self.ask_armed();
        }
    }

    /// Hands a wait to the poller. False if it cannot take it: then it goes on being asked about.
    fn arm(&mut self, fd: RawFd, events: i16) -> bool {
        if self.poller.is_none() {
            self.poller = Poller::new().ok();
        }
        let Some(poller) = &self.poller else { return false };
        self.asking[0].fd = poller.as_raw_fd();
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
        if let (Some(poller), 1..) = (&self.poller, events) {
            let _ = poller.delete(borrow(fd));
        }
        for event in [POLLIN, POLLOUT].into_iter().filter(|event| events & event != 0) {
            self.question(fd, event, 0);
        }
    }

    fn ask_armed(&mut self) {
        let mut events = Events::new();
        if let Some(poller) = &self.poller {
            let _ = poller.wait(&mut events, Some(Duration::ZERO));
        }
        for event in events.iter() {
            self.disarm(event.key as RawFd);
        }
    }

    /// Whether an armed wait is for a file that is gone. Of one that is only asked about, nothing
    /// but its number is known: should that mean another file now, the wait is for that one.
    fn is_stale(&self, fd: RawFd, half: i16) -> bool {
        let events = self.armed.get(fd as usize).copied().unwrap_or(0);
        let Some(poller) = &self.poller else { return false };
        events & half != 0 && poller.modify(borrow(fd), interest(fd, events)).is_err()
    }

    /// Finds the waits whose descriptor a task closed under them: the poller never reports those.
    fn check_armed(&mut self) {
        self.checked = true;
        for fd in 0..self.armed.len() as RawFd {
            if self.is_stale(fd, POLLIN | POLLOUT) {
                self.disarm(fd);
            }
        }
    }
}

fn events_of(op: Op) -> i16 {
    if op == Op::Recv { POLLIN } else { POLLOUT }
}

fn interest(fd: RawFd, events: i16) -> Event {
    Event::new(fd as usize, events & POLLIN != 0, events & POLLOUT != 0)
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

pub(crate) fn is_open(fd: RawFd) -> bool {
    let mut question = [pollfd { fd, events: 0, revents: 0 }];
    poll(&mut question, 0).is_ok() && question[0].revents & POLLNVAL == 0
}
