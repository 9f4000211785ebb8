//! What the student's code did, step by step, as a page for the browser.
//!
//! In exercise 07 the loop is the student's: what is asked of `select` and which tasks are resumed
//! tells enough, since by the rules of the lab's loop it is known who should be where. The recording
//! ends where the student's loop parts from them. In exercise 05 the deque and the areas are looked at
//! after each `step` and `wake`. In the others the test drives the student's task as the lab's loop
//! would, and the recording ends where the test fails.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use std::{env, fs};

use genlab::{Event, RawFd, Task, observe};
use recording::{Kind, Op, Recording, What, page};
use serde_json::{Map, Value, json};

use crate::check::either;
use crate::promises::Parts;

static RECORDER: Mutex<Option<Recorder>> = Mutex::new(None);

fn recorder() -> MutexGuard<'static, Option<Recorder>> {
    RECORDER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The exercises whose tasks are recorded, with the source of the tests' own tasks.
const RECORDED: [(&str, &str, &str); 5] = [
    (
        "05_waiting_areas",
        "src/promises/waiting_areas.rs",
        include_str!("promises/waiting_areas.rs"),
    ),
    ("07_run", "src/promises/run.rs", include_str!("promises/run.rs")),
    ("08_echo_handler", "src/promises/echo_handler.rs", include_str!("promises/echo_handler.rs")),
    ("09_tcp_server", "src/promises/tcp_server.rs", include_str!("promises/tcp_server.rs")),
    ("13_chat_room", "src/promises/chat_room.rs", include_str!("promises/chat_room.rs")),
];

struct Recorder {
    exercise: &'static str,
    recording: Recording,
    start: Instant,
    running: Option<u64>,
    /// The names of all tasks that were resumed.
    names: BTreeSet<&'static str>,
    /// Whom the last `select` has returned: which task, and for what it waited.
    woken: Vec<(u64, Op, i64)>,
    /// How many clients have connected, how many of them without a descriptor of this side were
    /// accepted, and the number of each by its descriptor.
    connected: u32,
    served: u32,
    clients: HashMap<i64, u32>,
    /// The last client, until it has a task: its descriptor and its port.
    newcomer: Option<(i64, Option<u16>)>,
    /// The event at which it parted from the lab's loop, and how.
    mistake: Option<(u64, String, String)>,
}

/// Records what the tasks of this thread do from now on, in this exercise.
pub(crate) fn begin(exercise: &'static str) {
    let recorded = RECORDED.iter().any(|(name, ..)| *name == exercise);
    *recorder() = recorded.then(|| Recorder::new(exercise));
    if recorded {
        observe(|event, line| with(|recorder| recorder.note(event, line)));
    }
}

/// Begins anew, unless there was a mistake.
pub(crate) fn restart() {
    with(|recorder| {
        if recorder.mistake.is_none() {
            *recorder = Recorder::new(recorder.exercise);
        }
    });
}

fn with(note: impl FnOnce(&mut Recorder)) {
    if let Some(recorder) = &mut *recorder() {
        note(recorder);
    }
}

/// The same `run`, with a recording of it.
pub(crate) fn recorded(run: fn(VecDeque<Task>)) -> impl Fn(VecDeque<Task>) + Copy + Send + 'static {
    move |tasks| {
        restart();
        appended(&tasks);
        run(tasks);
        with(Recorder::returned);
    }
}

/// The test has put tasks into the deque.
pub(crate) fn appended(tasks: &VecDeque<Task>) {
    with(|recorder| {
        for task in tasks {
            if !recorder.recording.now().cards.contains_key(&task.number()) {
                recorder.append(task.number(), task.name(), None, None);
            }
        }
    });
}

/// A client connects, whose number is returned; to a socket of this descriptor, if it is known.
pub(crate) fn connects(fd: Option<RawFd>) -> u32 {
    let mut number = 0;
    with(|recorder| {
        recorder.connected += 1;
        number = recorder.connected;
        let fd = fd.map(|fd| fd as i64);
        if let Some(fd) = fd {
            recorder.served = number;
            recorder.clients.insert(fd, number);
            recorder.newcomer = Some((fd, None));
        }
        recorder.push(None, What::Arrive { client: number, fd, kind: Kind::Connects });
    });
    number
}

/// A client does something.
pub(crate) fn arrives(client: u32, kind: Kind) {
    with(|recorder| {
        let fd = recorder.clients.iter().find(|(_, number)| **number == client).map(|it| *it.0);
        recorder.push(None, What::Arrive { client, fd, kind });
    });
}

/// `wake` is told these.
pub(crate) fn named(can_recv: &[RawFd], can_send: &[RawFd]) {
    with(|recorder| recorder.answered(None, can_recv, can_send, false));
}

/// `step` or `wake` has left the tasks so.
pub(crate) fn left(function: &str, (tasks, recv_wait, send_wait): Parts<'_>) {
    let area = |area: &HashMap<RawFd, Task>| {
        let mut all: Vec<_> = area.iter().map(|(fd, task)| (*fd as i64, task.number())).collect();
        all.sort_unstable();
        all
    };
    let deque: Vec<_> = tasks.iter().map(Task::number).collect();
    let yours = json!({
        "running": null, "tasks": deque,
        "recv_wait": area(recv_wait), "send_wait": area(send_wait),
    });
    with(|recorder| {
        let labs = recorder.recording.now().lists();
        let places = ["tasks", "recv_wait", "send_wait"];
        let Some(place) = places.into_iter().find(|place| yours[*place] != labs[*place]) else {
            return;
        };
        let cards = &recorder.recording.now().cards;
        let words = |lists: &Value| -> [String; 2] {
            let all = lists[place].as_array().into_iter().flatten();
            // In an area, the descriptor stands before the task.
            let task = |it: &Value| it.as_u64().or(it[1].as_u64()).unwrap_or_default();
            let cards = all.map(|it| cards.get(&task(it)));
            let fds = cards.map(|card| match card {
                Some(card) => card.fd.map(|fd| (format!("fd {fd}"), format!("fd {fd}"))),
                None => Some(("one that has ended".into(), "eine fertige".into())),
            });
            let new = || ("a new one".to_string(), "eine neue".to_string());
            let (english, german): (Vec<_>, Vec<_>) = fds.map(|fd| fd.unwrap_or_else(new)).unzip();
            match english.is_empty() {
                true => ["nobody".into(), "niemand".into()],
                false => [english.join(", "), german.join(", ")],
            }
        };
        let ([is, ist], [should, soll]) = (words(&yours), words(&labs));
        let (english, german) = match place {
            "tasks" => ("in the deque, from the front", "in der Deque, von vorn"),
            "recv_wait" => ("in `recv_wait`", "in `recv_wait`"),
            _ => ("in `send_wait`", "in `send_wait`"),
        };
        if recorder.mistake.is_none() {
            recorder.parts(
                format!("After `{function}`, {english}: {is}. In the lab it would be: {should}."),
                format!("Nach `{function}` {german}: {ist}. Im Lab wäre es: {soll}."),
            );
            recorder.recording.differs(yours);
        }
    });
}

/// `select` is called with these areas.
#[track_caller]
pub(crate) fn asked<T>(recv_wait: &HashMap<RawFd, T>, send_wait: &HashMap<RawFd, T>) {
    let line = Location::caller();
    let has = |op, fd: i64| {
        let area = if op == Op::Recv { recv_wait } else { send_wait };
        area.keys().any(|key| *key as i64 == fd)
    };
    with(|recorder| recorder.asked(line, has));
}

/// And returns these.
#[track_caller]
pub(crate) fn answered(can_recv: &[RawFd], can_send: &[RawFd], slept: bool) {
    let line = Location::caller();
    with(|recorder| recorder.answered(Some(line.line()), can_recv, can_send, slept));
}

/// A function of the source, from the line that begins so.
fn source(file: &str, text: &str, begin: &str) -> Option<Value> {
    let first = text.lines().position(|line| line.starts_with(begin))?;
    let body = text.lines().skip(first);
    let len = body.clone().take_while(|line| *line != "}").count() + 1;
    let lines: Vec<_> = body.take(len).collect();
    Some(json!({ "file": file, "first": first + 1, "lines": lines }))
}

/// Writes the page beside what cargo has built, if anything was recorded. It ends with the mistake in
/// the loop, or else with what the test complains of.
pub(crate) fn save(english: &str, german: &str) -> Option<PathBuf> {
    let recorder = recorder();
    let recorder = recorder.as_ref()?;
    if recorder.names.is_empty() {
        return None; // nothing was resumed, and there is nothing to see
    }
    let exercise = recorder.exercise;
    let mut json = recorder.recording.json();
    json["title"] = json!({
        "en": format!("Your code, {exercise}"), "de": format!("Dein Programm, {exercise}"),
    });
    json["lang"] = json!(either("en", "de"));
    json["mistake"] = match &recorder.mistake {
        Some((n, en, de)) => json!({ "n": n, "en": en, "de": de }),
        None => {
            json!({ "n": recorder.recording.last(), "en": english, "de": german, "test": true })
        }
    };
    let file = format!("exercises/{exercise}.rs");
    let text = fs::read_to_string(&file).unwrap_or_default(); // as cargo starts it
    let tests = RECORDED.iter().find(|(name, ..)| *name == exercise);
    let mut sources = Map::new();
    for name in &recorder.names {
        let begin = format!("fn {name}(");
        let own = source(&file, &text, &begin);
        let found = own.or_else(|| tests.and_then(|(_, file, text)| source(file, text, &begin)));
        sources.extend(found.map(|found| (name.to_string(), found)));
    }
    sources.remove("run");
    let begin = if exercise == "05_waiting_areas" { "impl Scheduler" } else { "fn run(" };
    sources.extend(source(&file, &text, begin).map(|run| ("run".to_string(), run)));
    json["sources"] = sources.into();
    let beside = env::current_exe().ok()?.parent()?.parent()?.join(format!("{exercise}.html"));
    fs::write(&beside, page(Some(&json.to_string()))).ok()?;
    Some(beside)
}

impl Recorder {
    fn new(exercise: &'static str) -> Recorder {
        Recorder {
            exercise,
            recording: Recording::default(),
            start: Instant::now(),
            running: None,
            names: BTreeSet::new(),
            woken: Vec::new(),
            connected: 0,
            served: 0,
            clients: HashMap::new(),
            newcomer: None,
            mistake: None,
        }
    }

    /// The lab's loop would resume a task only when it is in front.
    fn is_lab(&self) -> bool {
        ["05_waiting_areas", "07_run"].contains(&self.exercise)
    }

    /// A new task is in the deque; if a client has just come, it is this one's.
    fn append(&mut self, task: u64, name: &'static str, by: Option<u64>, at: Option<u32>) {
        let (fd, port) = self.newcomer.take().map_or((None, None), |(fd, port)| (Some(fd), port));
        let client = fd.and_then(|fd| self.clients.get(&fd).copied());
        self.push(None, What::Append { task, name, client, fd, port, from: None, by, at });
    }

    /// A task that waited is in the deque again.
    fn woken(&mut self, task: u64, op: Op, fd: i64) {
        let name = self.recording.now().cards.get(&task).map_or("", |card| card.name);
        let (client, port, by, at) = Default::default();
        let (fd, from) = (Some(fd), Some(op));
        self.push(None, What::Append { task, name, client, fd, port, from, by, at });
    }

    fn push(&mut self, line: Option<u32>, what: What) {
        if self.mistake.is_none() {
            self.recording.push(self.start.elapsed().as_millis() as u64, line, what);
        }
    }

    fn parts(&mut self, english: String, german: String) {
        self.mistake.get_or_insert((self.recording.last(), english, german));
    }

    fn name(&self, task: u64) -> String {
        let name = self.recording.now().cards.get(&task).map_or("task", |card| card.name);
        format!("`{name}` (task {task})")
    }

    fn note(&mut self, event: &Event<'_>, line: &'static Location<'static>) {
        // In the library's own functions no line of the task is known.
        let file = format!("{}.rs", self.exercise);
        let own = line.file().ends_with(&file) || line.file().contains("promises");
        let at = own.then_some(line.line());
        let task = self.running.unwrap_or_default();
        match event {
            Event::Resume { task, .. } => {
                self.names.insert(task.name);
                self.running = Some(task.number);
                let line = line.file().ends_with(&file).then_some(line.line());
                let (task, name) = (task.number, task.name);
                let card = self.recording.now().cards.get(&task);
                let goes_on = card.and_then(|card| Some(card.at? + 1));
                if !self.is_lab() {
                    match card.map(|card| card.waits) {
                        None => self.append(task, name, None, None),
                        Some(Some((op, fd))) => self.woken(task, op, fd),
                        Some(None) => (), // another task has appended it
                    }
                    self.push(None, What::Popleft { task });
                    return self.push(None, What::Resume { task, at: goes_on });
                }
                // In which order `select` names several receivers means nothing, nor several senders.
                let op = |task| self.woken.iter().find(|woken| woken.0 == task).map(|it| it.1);
                let now = self.recording.now();
                let alike = now.tasks.front().is_some_and(|front| op(*front) == op(task));
                if alike
                    && op(task).is_some()
                    && self.exercise == "07_run"
                    && self.mistake.is_none()
                {
                    self.recording.was_appended_first(task);
                }
                let now = self.recording.now();
                let front = now.tasks.front().copied();
                if front == Some(task) {
                    self.push(line, What::Popleft { task });
                    return self.push(line, What::Resume { task, at: goes_on });
                }
                let waits = now.cards.get(&task).and_then(|card| card.waits);
                let name = self.name(task);
                self.push(line, What::Resume { task, at: goes_on });
                match (waits, front) {
                    (Some((op, fd)), _) => self.parts(
                        format!("{name} was resumed, but still waits for fd {fd} in `{}`: `select` has not returned it.", op.area()),
                        format!("{name} wurde fortgesetzt, wartet aber noch auf fd {fd} in `{}`: `select` hat {fd} nicht zurückgegeben.", op.area()),
                    ),
                    (None, Some(front)) => {
                        let front = self.name(front);
                        self.parts(
                            format!("{name} was resumed, but {front} stands in front of it."),
                            format!("{name} wurde fortgesetzt, aber {front} steht vor ihr."),
                        );
                    }
                    (None, None) => self.parts(
                        format!("{name} was resumed, but does not stand in the deque."),
                        format!("{name} wurde fortgesetzt, steht aber nicht in der Deque."),
                    ),
                }
            }
            Event::Complete { task, result, .. } => {
                let error = result.as_ref().err().map(ToString::to_string);
                self.push(None, What::Complete { task: task.number, error });
                self.running = None;
            }
            _ if self.running.is_none() => (), // the test itself
            Event::Yield { op, fd, .. } => {
                let op = if *op == genlab::Op::Recv { Op::Recv } else { Op::Send };
                self.push(None, What::Yield { task, at, op, fd: *fd as i64 });
                self.running = None;
            }
            Event::Append { task: new, .. } => self.append(new.number, new.name, Some(task), at),
            Event::Accept { fd, address, .. } => {
                self.served += 1;
                let (fd, client, port) = (*fd as i64, self.served, address.port());
                self.clients.insert(fd, client);
                self.newcomer = Some((fd, Some(port)));
                self.push(None, What::Accept { task, at, fd, client, port });
            }
            Event::Recv { fd, result, .. } => {
                let fd = *fd as i64;
                let client = self.clients.get(&fd).copied();
                self.push(None, What::recv(task, at, fd, client, result));
            }
            Event::Send { fd, data, result, .. } => {
                let fd = *fd as i64;
                let client = self.clients.get(&fd).copied();
                self.push(None, What::send(task, at, fd, client, data, result));
            }
            Event::Print { line: text, .. } => {
                self.push(None, What::Print { task, at, text: (*text).into() });
            }
            _ => (),
        }
    }

    fn asked(&mut self, line: &'static Location<'static>, has: impl Fn(Op, i64) -> bool) {
        self.push(Some(line.line()), What::Select);
        if let Some(&front) = self.recording.now().tasks.front() {
            let name = self.name(front);
            let left = self.woken.iter().find(|&&(task, op, fd)| task == front && has(op, fd));
            return match left.copied() {
                Some((_, op, fd)) => self.parts(
                    format!("`select` has returned fd {fd}, but {name} was left in `{}` instead of moved to the end of the deque.", op.area()),
                    format!("`select` hat fd {fd} zurückgegeben, aber {name} blieb in `{}`, statt ans Ende der Deque zu kommen.", op.area()),
                ),
                None => self.parts(
                    format!("`select` was asked, and may sleep, although {name} can run: it has its place in the deque."),
                    format!("`select` wurde gefragt und schläft vielleicht, obwohl {name} laufen kann: Ihr Platz ist in der Deque."),
                ),
            };
        }
        let lost = self.recording.now().waiting().find(|&&(op, fd, _)| !has(op, fd)).copied();
        if let Some((op, fd, task)) = lost {
            let name = self.name(task);
            self.parts(
                format!(
                    "{name} waits for fd {fd}, but is not in `{}` any more: it is nowhere.",
                    op.area()
                ),
                format!(
                    "{name} wartet auf fd {fd}, ist aber nicht mehr in `{}`: Sie ist nirgends.",
                    op.area()
                ),
            );
        }
    }

    fn answered(&mut self, line: Option<u32>, recv: &[RawFd], send: &[RawFd], slept: bool) {
        let fds = |fds: &[RawFd]| fds.iter().map(|fd| *fd as i64).collect();
        let (can_recv, can_send): (Box<[i64]>, Box<[i64]>) = (fds(recv), fds(send));
        let ready = [(Op::Recv, can_recv.clone()), (Op::Send, can_send.clone())];
        self.push(line, What::Selected { slept, can_recv, can_send, cannot: [].into() });
        // What the lab's loop would do next.
        self.woken.clear();
        for (op, fd) in ready.iter().flat_map(|(op, fds)| fds.iter().map(|fd| (*op, *fd))) {
            let waiting = self.recording.now().waiting();
            let woken = waiting.filter(|it| (it.0, it.1) == (op, fd)).map(|it| it.2).next();
            let Some(task) = woken else { continue };
            self.woken.push((task, op, fd));
            self.woken(task, op, fd);
        }
    }

    fn returned(&mut self) {
        let now = self.recording.now();
        let left = now.tasks.front().copied().or_else(|| now.waiting().next().map(|it| it.2));
        if let Some(task) = left {
            let name = self.name(task);
            self.parts(
                format!("`run` has returned, although {name} has not ended."),
                format!("`run` ist zurückgekehrt, obwohl {name} nicht fertig ist."),
            );
        }
    }
}
