//! What the student's `run` did, step by step, as a page for the browser.
//!
//! What is asked of `select` and which tasks are resumed tells enough: by the rules of the lab's loop
//! it is known who should be where. The recording ends where the student's loop parts from them.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use genlab::{Event, RawFd, Task, observe};
use recording::{Bytes, Op, Recording, What, page};
use serde_json::json;

static RECORDER: Mutex<Option<Recorder>> = Mutex::new(None);

fn recorder() -> MutexGuard<'static, Option<Recorder>> {
    RECORDER.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorder {
    recording: Recording,
    start: Instant,
    running: Option<u64>,
    /// Whom the last `select` has returned: which task, and for what it waited.
    woken: Vec<(u64, Op, i64)>,
    /// The event at which it parted from the lab's loop, and how.
    mistake: Option<(u64, String, String)>,
    /// The student's file.
    file: Option<&'static str>,
}

/// Forgets what the test before has recorded.
pub(crate) fn forget() {
    *recorder() = None;
}

/// The same `run`, with a recording of it.
pub(crate) fn recorded(run: fn(VecDeque<Task>)) -> impl Fn(VecDeque<Task>) + Copy + Send + 'static {
    move |tasks| {
        let recording = Recording::default();
        let mut new = Recorder {
            recording,
            start: Instant::now(),
            running: None,
            woken: Vec::new(),
            mistake: None,
            file: None,
        };
        for task in &tasks {
            let (task, name) = (task.number(), task.name());
            let (client, fd, port, from, by, at) = Default::default();
            new.push(None, What::Append { task, name, client, fd, port, from, by, at });
        }
        *recorder() = Some(new);
        observe(|event, line| {
            if let Some(recorder) = &mut *recorder() {
                recorder.note(event, line);
            }
        });
        run(tasks);
        if let Some(recorder) = &mut *recorder() {
            recorder.returned();
        }
    }
}

/// `select` is called with these areas.
#[track_caller]
pub(crate) fn asked<T>(recv_wait: &HashMap<RawFd, T>, send_wait: &HashMap<RawFd, T>) {
    let line = Location::caller();
    if let Some(recorder) = &mut *recorder() {
        let has = |op, fd: i64| {
            let area = if op == Op::Recv { recv_wait } else { send_wait };
            area.keys().any(|key| *key as i64 == fd)
        };
        recorder.asked(line, has);
    }
}

/// And returns these.
#[track_caller]
pub(crate) fn answered(can_recv: &[RawFd], can_send: &[RawFd], slept: bool) {
    let line = Location::caller();
    if let Some(recorder) = &mut *recorder() {
        recorder.answered(line, can_recv, can_send, slept);
    }
}

/// Writes the page beside what cargo has built, if anything was recorded.
pub(crate) fn save(exercise: &str) -> Option<PathBuf> {
    let recorder = recorder();
    let recorder = recorder.as_ref()?;
    let file = recorder.file?; // nothing was resumed, and there is nothing to see
    let mut json = recorder.recording.json();
    json["title"] =
        json!({ "en": format!("Your run, {exercise}"), "de": format!("Dein run, {exercise}") });
    json["mistake"] = match &recorder.mistake {
        Some((n, en, de)) => json!({ "n": n, "en": en, "de": de }),
        None => json!(null),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Cargo names files from the root of the workspace, which may be a folder further up.
    let text = path.ancestors().find_map(|folder| fs::read_to_string(folder.join(file)).ok());
    let text = text.unwrap_or_default();
    let first = text.lines().position(|line| line.starts_with("fn run("));
    if let Some(first) = first {
        let body = text.lines().skip(first);
        let len = body.clone().take_while(|line| *line != "}").count() + 1;
        let lines: Vec<_> = body.take(len).collect();
        json["sources"] = json!({ "run": { "file": file, "first": first + 1, "lines": lines } });
    }
    let beside = std::env::current_exe().ok()?.parent()?.parent()?.join(format!("{exercise}.html"));
    fs::write(&beside, page(Some(&json.to_string()))).ok()?;
    Some(beside)
}

impl Recorder {
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
        let running = self.running.unwrap_or_default();
        match event {
            Event::Resume { task, .. } => {
                self.file.get_or_insert(line.file());
                self.running = Some(task.number);
                let line = Some(line.line());
                let now = self.recording.now();
                let (task, front) = (task.number, now.tasks.front().copied());
                if front == Some(task) {
                    self.push(line, What::Popleft { task });
                    return self.push(line, What::Resume { task, at: None });
                }
                let waits = now.cards.get(&task).and_then(|card| card.waits);
                let name = self.name(task);
                self.push(line, What::Resume { task, at: None });
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
            Event::Yield { op, fd, .. } => {
                let op = if *op == genlab::Op::Recv { Op::Recv } else { Op::Send };
                self.push(None, What::Yield { task: running, at: None, op, fd: *fd as i64 });
                self.running = None;
            }
            Event::Complete { task, result, .. } => {
                let error = result.as_ref().err().map(ToString::to_string);
                self.push(None, What::Complete { task: task.number, error });
                self.running = None;
            }
            Event::Recv { fd, result, .. } if self.running.is_some() => {
                let result = match result {
                    Ok(data) => Ok(data.as_ref().map(|data| Bytes::new(data))),
                    Err(error) => Err(error.to_string()),
                };
                self.push(
                    None,
                    What::Recv { task: running, at: None, fd: *fd as i64, client: None, result },
                );
            }
            Event::Send { fd, data, result, .. } if self.running.is_some() => {
                let all = result.as_ref().is_ok_and(|sent| *sent == data.len());
                let result = match result {
                    Ok(sent) => Ok(Bytes::new(&data[..*sent])),
                    Err(error) => Err(error.to_string()),
                };
                self.push(
                    None,
                    What::Send {
                        task: running,
                        at: None,
                        fd: *fd as i64,
                        client: None,
                        result,
                        all,
                    },
                );
            }
            _ => (),
        }
    }

    fn asked(&mut self, line: &'static Location<'static>, has: impl Fn(Op, i64) -> bool) {
        self.file.get_or_insert(line.file());
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

    fn answered(&mut self, line: &Location<'_>, recv: &[RawFd], send: &[RawFd], slept: bool) {
        let fds = |fds: &[RawFd]| fds.iter().map(|fd| *fd as i64).collect();
        let (can_recv, can_send): (Box<[i64]>, Box<[i64]>) = (fds(recv), fds(send));
        let line = Some(line.line());
        let ready = [(Op::Recv, can_recv.clone()), (Op::Send, can_send.clone())];
        self.push(line, What::Selected { slept, can_recv, can_send, cannot: [].into() });
        // What the lab's loop would do next.
        self.woken.clear();
        for (op, fd) in ready.iter().flat_map(|(op, fds)| fds.iter().map(|fd| (*op, *fd))) {
            let waiting = self.recording.now().waiting();
            let woken = waiting.filter(|it| (it.0, it.1) == (op, fd)).map(|it| it.2).next();
            let Some(task) = woken else { continue };
            let name = self.recording.now().cards.get(&task).map_or("", |card| card.name);
            self.woken.push((task, op, fd));
            let (client, port, by, at) = Default::default();
            self.push(
                None,
                What::Append { task, name, client, fd: Some(fd), port, from: Some(op), by, at },
            );
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
