//! What the observer enters of the lab's scheduler: a recording. And the brake.
//!
//! The scheduler's thread enters each step here, and waits here while it is paused. The page's
//! thread looks at the recording, and presses the buttons.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use genlab::{Event, RawFd, Socket};
use recording::{Bytes, Kind, Op, Recording, What};
use serde_json::Value;

use crate::{kernel, source};

/// How often a scheduler that stands looks for what has arrived meanwhile.
const LOOK: Duration = Duration::from_millis(50);

/// A browser gets no more events than these at a time. If there are more, it gets the picture of now.
const AT_ONCE: u64 = 1000;

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Run,
    Pause,
    /// With so much time between two steps.
    Slow(Duration),
}

struct State {
    /// A byte that is sent here says that there is something new.
    bell: Socket,
    mode: Mode,
    /// A step that the pause lets through.
    granted: bool,
    stopped: bool,
    asleep: bool,
    /// Whether the page knows already that there is something new.
    told: bool,
    recording: Recording,
    eye: Eye,
}

pub struct Stage {
    state: Mutex<State>,
    go: Condvar,
    start: Instant,
}

/// What a browser needs to know beside the events.
#[derive(Clone, Copy, PartialEq)]
pub struct Now {
    pub mode: Mode,
    pub stopped: bool,
    pub last: u64,
}

/// What is new for a browser.
pub enum News {
    /// These events, in JSON.
    Events(Vec<Value>),
    /// Too many of them: only the picture of now.
    Picture(Value),
}

impl Stage {
    pub fn new(bell: Socket) -> Stage {
        let state = State {
            bell,
            mode: Mode::Run,
            granted: false,
            stopped: false,
            asleep: false,
            told: false,
            recording: Recording::default(),
            eye: Eye::default(),
        };
        Stage { state: Mutex::new(state), go: Condvar::new(), start: Instant::now() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    /// Enters a step, and returns when the scheduler may go on.
    pub fn enter(&self, event: &Event<'_>, line: &Location<'_>) {
        let mut guard = self.state();
        let state = &mut *guard;
        state.eye.note(&mut state.recording, self.now(), event, line);
        // What a task does in its turn belongs to the step of the scheduler that gave it the turn.
        if matches!(
            event,
            Event::Yield { .. }
                | Event::Accept { .. }
                | Event::Recv { .. }
                | Event::Send { .. }
                | Event::Print { .. }
        ) {
            return;
        }
        state.asleep = matches!(event, Event::Select);
        self.brake(guard);
    }

    fn brake(&self, mut state: MutexGuard<'_, State>) {
        let mut since = None;
        loop {
            self.ring(&mut state);
            let passed = || since.map_or(Duration::ZERO, |since: Instant| since.elapsed());
            let left = match state.mode {
                Mode::Run => break,
                Mode::Pause if state.granted => break,
                Mode::Pause => LOOK,
                Mode::Slow(time) if passed() >= time => break,
                Mode::Slow(time) => (time - passed()).min(LOOK),
            };
            since.get_or_insert_with(Instant::now);
            state.stopped = true;
            {
                let state = &mut *state;
                state.eye.look_at_all(&mut state.recording, self.now());
            }
            let waited = self.go.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.granted = false;
        if std::mem::take(&mut state.stopped) {
            self.ring(&mut state); // it may be long to the next step
        }
    }

    /// Tells the page that there is something new, unless it knows.
    fn ring(&self, state: &mut State) {
        if !state.told {
            state.told = true;
            let _ = state.bell.send(b"!");
        }
    }

    /// The page has heard the bell, and will look.
    pub fn heard(&self) {
        self.state().told = false;
    }

    pub fn set(&self, mode: Mode) {
        let mut state = self.state();
        state.mode = mode;
        state.granted = false;
        self.ring(&mut state);
        self.go.notify_all();
    }

    /// Lets one step through; pauses, if it was not paused.
    pub fn step(&self) {
        let mut state = self.state();
        // While `select` sleeps there is no step to take, and none to be saved up.
        let sleeps = state.asleep && !state.stopped;
        state.granted = state.mode == Mode::Pause && !sleeps;
        state.mode = Mode::Pause;
        self.ring(&mut state);
        self.go.notify_all();
    }

    pub fn look(&self) -> Now {
        let state = self.state();
        Now { mode: state.mode, stopped: state.stopped, last: state.recording.last() }
    }

    /// What is new since this event, and the number of the last.
    pub fn news(&self, since: u64) -> (News, u64) {
        let state = self.state();
        let last = state.recording.last();
        if last - since > AT_ONCE {
            let now = state.recording.now().clone();
            drop(state); // to write JSON takes longer than to copy
            return (News::Picture(Recording::of(now, last).json()), last);
        }
        let events: Vec<_> = state.recording.since(since).cloned().collect();
        drop(state);
        (News::Events(events.iter().map(recording::Event::json).collect()), last)
    }

    /// All that is kept.
    pub fn recording(&self) -> Recording {
        self.state().recording.clone()
    }
}

/// A connection, while its task lives.
struct Client {
    number: u32,
    task: Option<u64>,
    /// How much of what has arrived is told, and was not received.
    arrived: usize,
    closed: bool,
    reset: bool,
}

/// What has to be remembered to tell of one event what belongs to it.
#[derive(Default)]
struct Eye {
    running: Option<u64>,
    /// Where `run` has resumed it.
    line: Option<u32>,
    /// The line of the last `yield`.
    yielded: Option<u32>,
    /// The clients by descriptor; and who was accepted and has no task yet.
    clients: HashMap<RawFd, Client>,
    accepted: Option<(RawFd, u16)>,
    /// How many have connected, and how many of them were accepted.
    connected: u32,
    served: u32,
}

impl Eye {
    fn note(&mut self, recording: &mut Recording, t: u64, event: &Event<'_>, line: &Location<'_>) {
        let task = self.running.unwrap_or_default();
        let (in_run, at) = (source::in_run(line), source::in_task(line));
        let mut where_in_run = in_run.or(self.line);
        let what = match event {
            Event::Append { task, .. } => {
                let card = recording.now().cards.get(&task.number);
                let from = card.and_then(|card| card.waits);
                let accepted = if card.is_none() { self.accepted.take() } else { None };
                let client = accepted.and_then(|(fd, _)| self.clients.get_mut(&fd));
                let number = client.map(|client| {
                    client.task = Some(task.number);
                    client.number
                });
                What::Append {
                    task: task.number,
                    name: task.name,
                    client: number,
                    fd: from.map(|(_, fd)| fd).or(accepted.map(|(fd, _)| number_of(fd))),
                    port: accepted.map(|(_, port)| port),
                    from: from.map(|(op, _)| op),
                    by: self.running,
                    at,
                }
            }
            Event::Popleft { task, .. } => What::Popleft { task: task.number },
            Event::Resume { task, .. } => {
                (self.running, self.line) = (Some(task.number), in_run);
                let card = recording.now().cards.get(&task.number);
                let at =
                    match card {
                        Some(card) if card.resumes > 0 => card.at.map(|line| {
                            if Some(line) == source::accepting() { line } else { line + 1 }
                        }),
                        _ => source::beginning(task.name),
                    };
                What::Resume { task: task.number, at }
            }
            Event::Yield { .. } => {
                self.yielded = at.or_else(source::accepting);
                return;
            }
            Event::Wait { op, fd, task, .. } => {
                (self.running, self.line) = (None, None);
                let (at, fd) = (self.yielded.take(), number_of(*fd));
                What::Yield { task: task.number, at, op: op_of(*op), fd }
            }
            Event::Complete { task, result, .. } => {
                (self.running, self.line) = (None, None);
                where_in_run = source::ending(result.is_ok());
                self.clients.retain(|_, client| client.task != Some(task.number));
                let error = result.as_ref().err().map(ToString::to_string);
                What::Complete { task: task.number, error }
            }
            Event::Accept { fd, address, .. } => {
                if self.served == self.connected {
                    self.connects(recording, t);
                }
                self.served += 1;
                let (number, port) = (self.served, address.port());
                let client = Client { number, task: None, arrived: 0, closed: false, reset: false };
                self.clients.insert(*fd, client);
                self.accepted = Some((*fd, port));
                What::Accept {
                    task,
                    at: source::accepting(),
                    fd: number_of(*fd),
                    client: number,
                    port,
                }
            }
            Event::Recv { fd, result, .. } => {
                self.receives(recording, t, *fd, result);
                let client = self.clients.get(fd).map(|client| client.number);
                What::recv(task, at, number_of(*fd), client, result)
            }
            Event::Send { fd, data, result, .. } => {
                let client = self.clients.get(fd).map(|client| client.number);
                What::send(task, at, number_of(*fd), client, data, result)
            }
            // That a task is done, and that it has failed, `Complete` tells.
            Event::Print { .. } if self.running.is_none() => return,
            Event::Print { line: text, .. } => What::Print { task, at, text: (*text).into() },
            Event::Select => What::Select,
            Event::Selected { can_recv, can_send, cannot, slept, .. } => {
                self.look_at(recording, t, can_recv);
                let fds = |fds: &[RawFd]| fds.iter().map(|fd| number_of(*fd)).collect();
                let cannot = cannot.iter().map(|(task, error)| {
                    let card = recording.now().cards.get(&task.number);
                    let fd = card.and_then(|card| card.waits).map_or(-1, |(_, fd)| fd);
                    (fd, error.clone())
                });
                let cannot = cannot.collect();
                What::Selected {
                    slept: *slept,
                    can_recv: fds(can_recv),
                    can_send: fds(can_send),
                    cannot,
                }
            }
            _ => return,
        };
        recording.push(t, where_in_run, what);
    }

    fn connects(&mut self, recording: &mut Recording, t: u64) {
        self.connected += 1;
        let (client, kind) = (self.connected, Kind::Connects);
        recording.push(t, None, What::Arrive { client, fd: None, kind });
    }

    /// Tells of what a task has received and nobody has seen before it did.
    fn receives(
        &mut self,
        recording: &mut Recording,
        t: u64,
        fd: RawFd,
        result: &std::io::Result<Option<Vec<u8>>>,
    ) {
        let Some(client) = self.clients.get_mut(&fd) else { return };
        let kind = match result {
            Ok(Some(data)) if data.is_empty() => {
                if std::mem::replace(&mut client.closed, true) {
                    return;
                }
                Kind::Closes
            }
            Ok(Some(data)) => {
                let known = client.arrived.min(data.len());
                client.arrived -= known;
                if known == data.len() {
                    return;
                }
                Kind::Types(Bytes::new(&data[known..]))
            }
            Err(_) if !std::mem::replace(&mut client.reset, true) => Kind::Resets,
            _ => return,
        };
        let client = client.number;
        recording.push(t, None, What::Arrive { client, fd: Some(number_of(fd)), kind });
    }

    fn look_at_all(&mut self, recording: &mut Recording, t: u64) {
        let waits = recording.now().waiting().filter(|(op, ..)| *op == Op::Recv);
        let others = waits.filter_map(|(_, fd, _)| RawFd::try_from(*fd).ok());
        let mut fds: Vec<RawFd> = self.clients.keys().copied().chain(others).collect();
        fds.sort_unstable();
        fds.dedup();
        self.look_at(recording, t, &fds);
    }

    /// Looks what has arrived for these.
    fn look_at(&mut self, recording: &mut Recording, t: u64, fds: &[RawFd]) {
        let (clients, others): (Vec<RawFd>, Vec<RawFd>) =
            fds.iter().partition(|fd| self.clients.contains_key(fd));
        for fd in others {
            let waiting = kernel::backlog(fd) as u32;
            while self.connected < self.served + waiting {
                self.connects(recording, t);
            }
        }
        let clients: Vec<(RawFd, usize)> =
            clients.into_iter().map(|fd| (fd, self.clients[&fd].arrived)).collect();
        for ((fd, before), seen) in clients.iter().zip(kernel::look(&clients)) {
            let Some(client) = self.clients.get_mut(fd) else { continue };
            let mut kinds = Vec::new();
            if seen.len > *before {
                let new = seen.bytes.get(*before..).unwrap_or_default();
                kinds.push(Kind::Types(Bytes::of(new, seen.len - before)));
                client.arrived = seen.len;
            }
            if seen.closed && !seen.reset && !std::mem::replace(&mut client.closed, true) {
                kinds.push(Kind::Closes);
            }
            if seen.reset && !std::mem::replace(&mut client.reset, true) {
                kinds.push(Kind::Resets);
            }
            let client = client.number;
            for kind in kinds {
                recording.push(t, None, What::Arrive { client, fd: Some(number_of(*fd)), kind });
            }
        }
    }
}

fn op_of(op: genlab::Op) -> Op {
    if op == genlab::Op::Recv { Op::Recv } else { Op::Send }
}

/// A descriptor as it is written; Windows has larger ones.
fn number_of(fd: RawFd) -> i64 {
    fd as i64
}
