//! What the observer notes of the lab's scheduler: who is where. And the brake.
//!
//! The scheduler's thread enters each step here, and waits here while it is paused. The page's
//! thread takes pictures, and presses the buttons.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use std::panic::Location;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use genlab::{Event, Op, RawFd, Socket};

use crate::picture;

/// No more tasks than these have a card of their own; the others are counted.
pub const CARDS: usize = 40;

/// How many changes of place a picture can tell of.
pub const MOVES: usize = 400;

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Run,
    Pause,
    /// With so much time between two steps.
    Slow(Duration),
}

#[derive(Clone, Copy, PartialEq, PartialOrd, Eq, Ord)]
pub enum Area {
    Tasks,
    Running,
    RecvWait,
    SendWait,
    Gone,
}

impl Area {
    pub fn name(self) -> &'static str {
        match self {
            Area::Tasks => "tasks",
            Area::Running => "running",
            Area::RecvWait => "recv_wait",
            Area::SendWait => "send_wait",
            Area::Gone => "gone",
        }
    }
}

/// A task, as it is seen from outside.
pub struct Card {
    pub name: &'static str,
    pub peer: Option<SocketAddr>,
    pub area: Area,
    /// What it waits for, or has waited for last; and the first it ever waited for.
    pub fd: Option<RawFd>,
    pub first_fd: Option<RawFd>,
    pub resumes: u64,
}

pub struct Gone {
    pub id: u64,
    pub card: Card,
    pub error: Option<String>,
    pub step: u64,
}

/// One change of place: at which step, when, whose, and where to.
pub type Move = (u64, u128, u64, Area);

pub struct State {
    /// A byte that is sent here says that there is something new.
    bell: Socket,
    pub mode: Mode,
    /// A step that the pause lets through.
    pub granted: bool,
    pub stopped: bool,
    pub asleep: bool,
    /// Whether the page knows already that there is something new.
    pub told: bool,
    pub version: u64,
    pub step: u64,
    pub doing: &'static str,
    pub about: Option<u64>,
    pub line: Option<&'static Location<'static>>,
    pub rounds: u64,
    pub resumes: u64,
    pub ready: usize,
    pub ended: u64,
    pub failed: u64,
    pub cards: BTreeMap<u64, Card>,
    pub tasks: VecDeque<u64>,
    pub gone: VecDeque<Gone>,
    pub moves: VecDeque<Move>,
}

pub struct Stage {
    state: Mutex<State>,
    go: Condvar,
    start: Instant,
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
            version: 0,
            step: 0,
            doing: "",
            about: None,
            line: None,
            rounds: 0,
            resumes: 0,
            ready: 0,
            ended: 0,
            failed: 0,
            cards: BTreeMap::new(),
            tasks: VecDeque::new(),
            gone: VecDeque::new(),
            moves: VecDeque::new(),
        };
        Stage { state: Mutex::new(state), go: Condvar::new(), start: Instant::now() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a step, and returns when the scheduler may go on. `peer` knows a task's client.
    pub fn enter(
        &self,
        event: &Event<'_>,
        line: &'static Location<'static>,
        peer: impl Fn(u64) -> Option<SocketAddr>,
    ) {
        let mut state = self.state();
        state.note(event, line, self.start.elapsed().as_millis(), peer);
        let since = Instant::now();
        loop {
            self.ring(&mut state);
            let left = match state.mode {
                Mode::Run => break,
                Mode::Pause if state.granted => break,
                Mode::Pause => Duration::MAX,
                Mode::Slow(time) if since.elapsed() >= time => break,
                Mode::Slow(time) => time - since.elapsed(),
            };
            state.stopped = true;
            state = match left {
                Duration::MAX => self.go.wait(state).unwrap_or_else(PoisonError::into_inner),
                _ => self.go.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        state.granted = false;
        if std::mem::take(&mut state.stopped) {
            self.ring(&mut state); // it may be long to the next step
        }
    }

    /// Tells the page that there is something new, unless it knows.
    fn ring(&self, state: &mut State) {
        state.version += 1;
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

    /// Pauses, or goes on at full speed if it is paused.
    pub fn toggle(&self) {
        let mut state = self.state();
        state.mode = if state.mode == Mode::Pause { Mode::Run } else { Mode::Pause };
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

    /// The picture of now in JSON, and its step. `since` is the step of the picture before.
    pub fn picture(&self, since: u64, talkers: usize, silent: usize) -> (String, u64) {
        let state = self.state();
        let now = self.start.elapsed().as_millis();
        (picture::picture(&state, since, talkers, silent, now), state.step)
    }

    /// Another number when there is something new.
    pub fn version(&self) -> u64 {
        self.state().version
    }
}

impl State {
    fn note(
        &mut self,
        event: &Event<'_>,
        line: &'static Location<'static>,
        now: u128,
        peer: impl Fn(u64) -> Option<SocketAddr>,
    ) {
        self.step += 1;
        self.line = Some(line);
        self.asleep = matches!(event, Event::Select);
        let (doing, about) = match event {
            Event::Append { task, .. } => ("append", Some(task.number)),
            Event::Popleft { task, .. } => ("popleft", Some(task.number)),
            Event::Resume { task, .. } => ("resume", Some(task.number)),
            Event::Wait { task, .. } => ("wait", Some(task.number)),
            Event::Complete { task, .. } => ("complete", Some(task.number)),
            Event::Select => ("select", None),
            _ => ("selected", None),
        };
        (self.doing, self.about) = (doing, about);
        let Some(id) = about else {
            match event {
                Event::Selected { can_recv, can_send, cannot, .. } => {
                    self.ready = can_recv.len() + can_send.len() + cannot;
                }
                _ => self.rounds += 1,
            }
            return;
        };
        let card = self.cards.entry(id).or_insert_with(|| Card {
            name: "",
            peer: peer(id),
            area: Area::Tasks,
            fd: None,
            first_fd: None,
            resumes: 0,
        });
        match event {
            Event::Append { task, .. } => {
                (card.name, card.area) = (task.name, Area::Tasks);
                self.tasks.push_back(id);
            }
            Event::Popleft { .. } => {
                card.area = Area::Running;
                self.tasks.pop_front();
            }
            Event::Resume { .. } => {
                card.resumes += 1;
                self.resumes += 1;
                return;
            }
            Event::Wait { op, fd, .. } => {
                card.area = if *op == Op::Recv { Area::RecvWait } else { Area::SendWait };
                card.fd = Some(*fd);
                card.first_fd.get_or_insert(*fd);
            }
            Event::Complete { result, .. } => {
                card.area = Area::Gone;
                let Some(card) = self.cards.remove(&id) else { return };
                let error = result.as_ref().err().map(ToString::to_string);
                match error {
                    None => self.ended += 1,
                    Some(_) => self.failed += 1,
                }
                self.gone.push_back(Gone { id, card, error, step: self.step });
                if self.gone.len() > 8 {
                    self.gone.pop_front();
                }
            }
            _ => (),
        }
        let area = self.cards.get(&id).map_or(Area::Gone, |card| card.area);
        if self.moves.len() == 5 * MOVES {
            self.moves.pop_front();
        }
        self.moves.push_back((self.step, now, id, area));
    }
}
