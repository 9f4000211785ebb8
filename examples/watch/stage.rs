//! What the observer notes of the lab's scheduler: who is where. And the brake.
//!
//! The scheduler's thread enters each step here, and waits here while it is paused. The page's
//! thread takes pictures, and presses the buttons.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::panic::Location;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use genlab::{Event, Op};

use crate::source;

/// No more tasks than these have a card of their own; the others are counted.
const CARDS: usize = 40;

/// How many changes of place a picture can tell of.
const MOVES: usize = 400;

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Run,
    Pause,
    /// With so much time between two steps.
    Slow(Duration),
}

#[derive(Clone, Copy, PartialEq, PartialOrd, Eq, Ord)]
enum Area {
    Tasks,
    Running,
    RecvWait,
    SendWait,
    Gone,
}

impl Area {
    fn name(self) -> &'static str {
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
struct Card {
    name: &'static str,
    peer: Option<SocketAddr>,
    area: Area,
    /// What it waits for, or has waited for last; and the first it ever waited for.
    fd: Option<RawFd>,
    first_fd: Option<RawFd>,
    resumes: u64,
}

struct Gone {
    id: u64,
    card: Card,
    error: Option<String>,
    step: u64,
}

/// One change of place: at which step, when, whose, and where to.
type Move = (u64, u128, u64, Area);

struct State {
    mode: Mode,
    /// A step that the pause lets through.
    granted: bool,
    stopped: bool,
    asleep: bool,
    /// Whether the page knows already that there is something new.
    told: bool,
    version: u64,
    step: u64,
    doing: &'static str,
    about: Option<u64>,
    line: Option<&'static Location<'static>>,
    rounds: u64,
    resumes: u64,
    ready: usize,
    ended: u64,
    failed: u64,
    cards: BTreeMap<u64, Card>,
    tasks: VecDeque<u64>,
    gone: VecDeque<Gone>,
    moves: VecDeque<Move>,
}

pub struct Stage {
    state: Mutex<State>,
    go: Condvar,
    /// A byte in this pipe says that there is something new.
    bell: File,
    start: Instant,
}

impl Stage {
    pub fn new(bell: File) -> Stage {
        let state = State {
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
        Stage { state: Mutex::new(state), go: Condvar::new(), bell, start: Instant::now() }
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
            let _ = (&self.bell).write(b"!");
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

    /// The picture of now in JSON, and its step. `since` is the step of the picture before.
    pub fn picture(&self, since: u64, talkers: usize, silent: usize) -> (String, u64) {
        let state = self.state();
        (state.picture(since, talkers, silent, self.start.elapsed().as_millis()), state.step)
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
            Event::Append(task) => ("append", Some(task.number())),
            Event::Popleft(task) => ("popleft", Some(task.number())),
            Event::Resume(task) => ("resume", Some(task.number())),
            Event::Wait(_, _, task) => ("wait", Some(task.number())),
            Event::Complete(task, _) => ("complete", Some(task.number())),
            Event::Select => ("select", None),
            Event::Selected(..) => ("selected", None),
        };
        (self.doing, self.about) = (doing, about);
        let Some(id) = about else {
            match event {
                Event::Selected(can_recv, can_send, cannot) => {
                    self.ready = can_recv + can_send + cannot;
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
            Event::Append(task) => {
                (card.name, card.area) = (task.name(), Area::Tasks);
                self.tasks.push_back(id);
            }
            Event::Popleft(_) => {
                card.area = Area::Running;
                self.tasks.pop_front();
            }
            Event::Resume(_) => {
                card.resumes += 1;
                self.resumes += 1;
                return;
            }
            Event::Wait(op, fd, _) => {
                card.area = if *op == Op::Recv { Area::RecvWait } else { Area::SendWait };
                card.fd = Some(*fd);
                card.first_fd.get_or_insert(*fd);
            }
            Event::Complete(_, result) => {
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
            Event::Select | Event::Selected(..) => (),
        }
        let area = self.cards.get(&id).map_or(Area::Gone, |card| card.area);
        if self.moves.len() == 5 * MOVES {
            self.moves.pop_front();
        }
        self.moves.push_back((self.step, now, id, area));
    }

    fn picture(&self, since: u64, talkers: usize, silent: usize, now: u128) -> String {
        let running = self.cards.iter().find(|(_, card)| card.area == Area::Running);
        let running = running.map(|(id, _)| *id);
        let shown = |i: usize, id: u64| i < CARDS - 1 || Some(id) == running;
        let places: BTreeMap<u64, usize> =
            self.tasks.iter().take(CARDS).enumerate().map(|(i, id)| (*id, i)).collect();

        let (mut cards, mut more) = (Vec::new(), BTreeMap::new());
        let (mut paused, mut areas) = (BTreeMap::new(), BTreeMap::new());
        let mut with_card = BTreeMap::new();
        for (i, (&id, card)) in self.cards.iter().enumerate() {
            *areas.entry(card.area).or_insert(0) += 1;
            if let Area::RecvWait | Area::SendWait = card.area {
                let place = (card.name, card.area, card.fd != card.first_fd);
                *paused.entry(place).or_insert(0) += 1;
            }
            if !shown(i, id) {
                *more.entry((card.name, card.area)).or_insert(0) += 1;
                continue;
            }
            with_card.insert(id, ());
            cards.push(format!(
                r#"{{"id":{id},"name":{},"peer":{},"fd":{},"area":"{}","resumes":{},"place":{}}}"#,
                quoted(card.name),
                or_null(card.peer.map(|peer| quoted(&peer.to_string()))),
                or_null(card.fd),
                card.area.name(),
                card.resumes,
                or_null(places.get(&id)),
            ));
        }
        let more = more.iter().map(|((name, area), count)| {
            let area = area.name();
            format!(r#"{{"name":{},"area":"{area}","count":{count}}}"#, quoted(name))
        });
        // The source is searched once for all who are paused alike: the scheduler has to wait.
        let marks = paused.iter().filter_map(|((name, area, elsewhere), count)| {
            let op = if *area == Area::RecvWait { Op::Recv } else { Op::Send };
            let line = source::line_of(name, op, *elsewhere)?;
            Some(format!(r#"{{"line":{line},"count":{count}}}"#))
        });
        let gone = self.gone.iter().map(|Gone { id, card, error, step }| {
            format!(
                r#"{{"id":{id},"name":{},"peer":{},"error":{},"step":{step}}}"#,
                quoted(card.name),
                or_null(card.peer.map(|peer| quoted(&peer.to_string()))),
                or_null(error.as_deref().map(quoted)),
            )
        });
        let mut moves: Vec<String> = (self.moves.iter().rev())
            .take_while(|(step, ..)| *step > since)
            .filter(|(_, _, id, area)| *area == Area::Gone || with_card.contains_key(id))
            .take(MOVES)
            .map(|(step, ms, id, area)| format!(r#"[{step},{ms},{id},"{}"]"#, area.name()))
            .collect();
        moves.reverse();
        let (mode, ms) = match self.mode {
            Mode::Run => ("run", 0),
            Mode::Pause => ("pause", 0),
            Mode::Slow(time) => ("slow", time.as_millis()),
        };
        let line = self.line.map(|line| {
            // Cargo names the files of this package from its root.
            format!(r#"{{"file":{},"line":{}}}"#, quoted(&source::name(line.file())), line.line())
        });
        let area = |area| areas.get(&area).copied().unwrap_or(0);
        format!(
            r#"{{"mode":"{mode}","ms":{ms},"stopped":{},"step":{},"now":{now},"doing":{},"about":{},"asleep":{},"line":{},"rounds":{},"resumes":{},"ready":{},"ended":{},"failed":{},"talkers":{talkers},"silent":{silent},"areas":{{"tasks":{},"recv_wait":{},"send_wait":{}}},"running":{},"cards":[{}],"more":[{}],"marks":[{}],"gone":[{}],"moves":[{}]}}"#,
            self.stopped,
            self.step,
            quoted(self.doing),
            or_null(self.about),
            self.asleep && !self.stopped,
            or_null(line),
            self.rounds,
            self.resumes,
            self.ready,
            self.ended,
            self.failed,
            area(Area::Tasks),
            area(Area::RecvWait),
            area(Area::SendWait),
            or_null(running),
            cards.join(","),
            more.collect::<Vec<_>>().join(","),
            marks.collect::<Vec<_>>().join(","),
            gone.collect::<Vec<_>>().join(","),
            moves.join(","),
        )
    }
}

fn or_null(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "null".into(), |value| value.to_string())
}

/// A text in JSON.
pub fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c < ' ' => _ = write!(json, "\\u{:04x}", c as u32),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}
