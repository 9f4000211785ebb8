//! `select`: what Python's `select` promises, for any number of descriptors.
//!
//! Python's `select` asks the kernel about all descriptors in one system call, which no other way
//! beats while many of them are ready, and which is a waste when thousands sit idle. epoll is the
//! opposite: each wait costs a system call to register, and then an idle descriptor is free.
//! So a wait is first *pending*: asked about, together with others, with a `poll(2)` that does not
//! sleep. Pending waits are asked about in turn, in portions, so that a socket is still in the
//! processor's cache when it is written to after it was read from. Who was asked about in vain
//! [`PATIENCE`] times and once more, while others were ready, is *registered* with the poller (epoll
//! on Linux); when nobody is ready, all are, and the process sleeps in the poller, and nowhere else.
//! Whom the poller reports is unregistered, and pending again. So a task is only ever resumed for an
//! answer of `poll(2)` from this very call. Nothing that was learnt about a descriptor before is
//! relied on, since a task may have closed it and opened another with its number.

use std::collections::VecDeque;
use std::time::{Duration, Instant};
use std::{io, mem, thread};

use crate::observe::{Event, TaskId, tell};
use crate::os::{self, Interest, Op, Poller, RawFd};
use crate::print::print_error;
use crate::task::Task;
use crate::wait::{WaitArea, cannot_wait};

/// How often a wait that was asked about in vain, while others are ready, is asked about again before
/// it is registered.
const PATIENCE: u8 = 3;

/// How many pending waits are asked about at a time. Sockets that were asked about, received from
/// and sent to within a short while are still in the processor's cache.
const PORTION: usize = 16;

/// So many registrations are looked through, at most so often, for descriptors that were closed: a
/// quarter of a second for each hundred. Each costs a system call.
const CHECKS: usize = 100;
const TICK: Duration = Duration::from_millis(250);

/// How long the process sleeps before it asks again, if there is a wait that no poller takes.
const NAP: Duration = Duration::from_millis(10);

/// What `select` returns: who can receive, who can send, and who cannot be watched, and why.
type Ready = (Vec<RawFd>, Vec<RawFd>, Vec<(Task, io::Error)>);

/// Waits until a task can go on: the lab's `select(recv_wait, send_wait, [])`.
///
/// `watch` stands where Python has its unused third list, and so does what comes back for it: the
/// tasks whose wait is a mistake. They have left their area already.
#[track_caller]
pub(crate) fn select(recv: &mut WaitArea, send: &mut WaitArea, watch: &mut Watch) -> Ready {
    tell(|| Event::Select);
    let mut ready = Ready::default();
    watch.take_new(recv, &mut ready);
    watch.take_new(send, &mut ready);
    let mut slept = false;
    loop {
        watch.ask(recv, send, &mut ready);
        let (can_recv, can_send, cannot) = &ready;
        if !(can_recv.is_empty() && can_send.is_empty() && cannot.is_empty()) {
            tell(|| Event::Selected { can_recv, can_send, cannot: named(cannot), slept });
            return ready;
        }
        if watch.unasked == 0 {
            watch.sleep();
            slept = true;
        }
    }
}

fn named(cannot: &[(Task, io::Error)]) -> Vec<(TaskId, String)> {
    cannot.iter().map(|(task, error)| (task.id(), error.to_string())).collect()
}

/// A wait: what for, on which descriptor, and how often it was asked about in vain.
type Wait = (Op, RawFd, u8);

/// What `select` remembers between two calls: which waits are pending, and which registered.
#[derive(Default)]
pub(crate) struct Watch {
    /// Those to ask about next.
    asking: Vec<Wait>,
    /// Those whose turn comes later, in its order, and how many of them this call has not asked about.
    pending: VecDeque<Wait>,
    unasked: usize,
    /// Made when it is first needed, and only after all pending waits were asked about.
    poller: Option<Poller>,
    /// By fd: what it is registered for.
    registered: Vec<Interest>,
    /// Those that were registered for a file that is gone.
    stale: Vec<(Op, RawFd)>,
    /// How many of them are to be looked through since a task last ran, where to go on, and from
    /// when on.
    unchecked: usize,
    next: usize,
    due: Option<Instant>,
}

impl Watch {
    pub(crate) fn new() -> Watch {
        Watch::default()
    }

    /// Notes the waits that began since the last call, and finds those that are mistakes.
    fn take_new(&mut self, area: &mut WaitArea, ready: &mut Ready) {
        let op = area.op;
        for (fd, task) in mem::take(&mut area.refused) {
            let registered = self.registered.get_mut(fd as usize).is_some_and(|it| *it.of(op));
            let why = if registered && self.is_stale(fd) {
                // The earlier task waits for a file that is gone; the number means another now.
                *self.registered[fd as usize].of(op) = false;
                ready.2.push((area.pop(fd), cannot_wait(op, fd, "it was closed by another task")));
                area.insert(fd, task);
                continue;
            } else if area.holds(fd) {
                "another task already waits for that"
            } else if os::is_negative(fd) {
                "no descriptor has a negative number"
            } else {
                "it is closed"
            };
            ready.2.push((task, cannot_wait(op, fd, why)));
        }
        for fd in area.new.drain(..) {
            match op {
                // Asked later: the other side has hardly had time to send something.
                Op::Recv => self.pending.push_back((op, fd, 0)),
                // Asked at once: there is nearly always room.
                Op::Send => self.asking.push((op, fd, 0)),
            }
        }
        self.unasked = self.pending.len();
        self.unchecked = self.registered.len();
    }

    /// Asks about the senders that are new, about a portion of the pending waits and, so that those
    /// who are registered have their turn while others are busy, about the poller.
    fn ask(&mut self, recv: &mut WaitArea, send: &mut WaitArea, ready: &mut Ready) {
        // The first time all, since the poller's descriptor must not get the number of one that was
        // closed while a task waits for it.
        let portion = if self.poller.is_none() { usize::MAX } else { PORTION };
        let portion = portion.min(self.unasked);
        self.unasked -= portion;
        let mut asking = mem::take(&mut self.asking);
        asking.extend(self.pending.drain(..portion));
        let poller = self.poller.as_ref().and_then(Poller::question);
        let questions = asking.iter().map(|&(op, fd, _)| os::question(op, fd));
        let mut answers: Vec<_> = questions.chain(poller).collect();
        os::ask(&mut answers);
        let mut in_vain = Vec::new();
        for (&(op, fd, vain), answer) in asking.iter().zip(&answers) {
            let (area, can) = match op {
                Op::Recv => (&mut *recv, &mut ready.0),
                Op::Send => (&mut *send, &mut ready.1),
            };
            if os::is_closed(answer) {
                ready.2.push((area.pop(fd), cannot_wait(op, fd, "it is closed")));
            } else if os::is_ready(answer) {
                can.push(fd);
            } else if vain < PATIENCE {
                self.pending.push_back((op, fd, vain + 1));
            } else {
                in_vain.push((op, fd, vain));
            }
        }
        self.register(in_vain);
        if self.poller.is_some() && answers.get(asking.len()).is_none_or(os::is_ready) {
            self.hear(Some(Duration::ZERO));
        }
        asking.clear();
        self.asking = asking; // for its memory
        self.check();
        for (op, fd) in mem::take(&mut self.stale) {
            let area = if op == Op::Recv { &mut *recv } else { &mut *send };
            let why =
                if os::is_open(fd) { "it was closed by another task" } else { "it is closed" };
            ready.2.push((area.pop(fd), cannot_wait(op, fd, why)));
        }
    }

    /// Nobody is ready: registers all, and sleeps in the poller until somebody may be.
    fn sleep(&mut self) {
        let pending = mem::take(&mut self.pending);
        self.register(pending);
        let nap = (!self.pending.is_empty()).then_some(NAP);
        let check = (self.unchecked > 0).then(|| self.until_check());
        self.hear(nap.into_iter().chain(check).min());
        self.unasked = self.pending.len();
    }

    /// Hands waits to the poller. If that does not take one, or no descriptor is left to make a poller,
    /// the wait stays pending.
    fn register(&mut self, waits: impl IntoIterator<Item = Wait>) {
        let mut waits = waits.into_iter().peekable();
        if self.poller.is_none() && waits.peek().is_some() {
            self.poller = Poller::new().ok();
        }
        for (op, fd, _) in waits {
            if fd as usize >= self.registered.len() {
                self.registered.resize(fd as usize + 1, Interest::default());
            }
            let mut interest = self.registered[fd as usize];
            *interest.of(op) = true;
            let registered = self.poller.as_mut().map(|poller| poller.register(fd, interest));
            match registered {
                Some(Ok(())) => self.registered[fd as usize] = interest,
                _ => self.pending.push_back((op, fd, PATIENCE)),
            }
        }
    }

    /// Makes the waits that are registered for `fd` pending again, to be asked about next, unless
    /// another task has closed what they are for.
    fn unregister(&mut self, fd: RawFd) {
        let mut interest = mem::take(&mut self.registered[fd as usize]);
        let stale = match &mut self.poller {
            Some(poller) if interest.is_some() => poller.unregister(fd).is_err(),
            _ => false,
        };
        for op in [Op::Send, Op::Recv].into_iter().filter(|&op| *interest.of(op)) {
            if stale {
                self.stale.push((op, fd));
            } else {
                self.pending.push_front((op, fd, 0));
                self.unasked += 1;
            }
        }
    }

    /// Waits in the poller, at most so long, for those whom it reports.
    fn hear(&mut self, timeout: Option<Duration>) {
        let Some(poller) = &mut self.poller else { return thread::sleep(NAP) };
        match poller.wait(timeout) {
            Ok(reported) => reported.into_iter().rev().for_each(|fd| self.unregister(fd)),
            Err(error) => {
                print_error(format!(
                    "cannot wait for descriptors: {error}; has a task closed one that is not its own?"
                ));
                // The next poller has to learn all anew.
                self.poller.take().into_iter().for_each(Poller::abandon);
                (0..self.registered.len()).for_each(|fd| self.unregister(fd as RawFd));
            }
        }
    }

    /// Looks through some of the registrations for descriptors that a task has closed while another
    /// one waits for them: the poller reports nothing for those.
    fn check(&mut self) {
        if self.unchecked == 0 || !self.until_check().is_zero() {
            return;
        }
        self.due = Some(Instant::now() + TICK);
        let mut checks = CHECKS;
        while self.unchecked > 0 && checks > 0 {
            self.unchecked -= 1;
            let fd = self.next;
            self.next = (fd + 1) % self.registered.len();
            if self.registered[fd].is_some() {
                checks -= 1;
                if self.is_stale(fd as RawFd) {
                    self.unregister(fd as RawFd);
                }
            }
        }
    }

    fn until_check(&self) -> Duration {
        self.due.map_or(Duration::ZERO, |due| due.saturating_duration_since(Instant::now()))
    }

    /// Whether what is registered for `fd` is a file that is gone. Of a wait that is pending, nothing
    /// but its number is known: should that mean another file now, the wait is for that one.
    fn is_stale(&self, fd: RawFd) -> bool {
        let interest = self.registered[fd as usize];
        self.poller.as_ref().is_some_and(|poller| !poller.knows(fd, interest))
    }
}
