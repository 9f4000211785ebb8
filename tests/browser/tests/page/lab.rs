//! Recordings without a server: the lab's loop, its two tasks, and a kernel that plays a script.

use std::collections::{BTreeMap, VecDeque};
use std::fs;

use serde_json::{Value, json};

use crate::scene::root;

const LISTEN: i64 = 3;
const FIRST_FD: i64 = 6;

/// What a client does. The second is the client's number.
#[derive(Clone)]
pub enum Does {
    Connects(i64),
    Types(i64, &'static str),
    Closes(i64),
    Resets(i64),
    /// Types while a task runs.
    TypesMeanwhile(i64, &'static str),
    /// Its socket takes only four bytes of the next answer.
    ReadsLittle(i64),
}
use Does::*;

/// A mistake in the loop.
#[derive(Clone, Copy, PartialEq)]
pub enum Loop {
    Lab,
    /// `recv_wait.get(fd)` in place of `pop`.
    Get,
}

#[derive(Default)]
struct Client {
    fd: i64,
    input: String,
    closes: bool,
    resets: bool,
    little: bool,
}

struct Source(&'static str, usize, Vec<String>);

impl Source {
    fn of(file: &'static str, start: &str) -> Source {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let lines: Vec<_> = text.lines().map(String::from).collect();
        let first = lines.iter().position(|line| line.starts_with(start)).unwrap();
        let len = lines[first..].iter().position(|line| line == "}").unwrap();
        Source(file, first + 1, lines[first..=first + len].to_vec())
    }

    fn line(&self, what: &str) -> usize {
        let at = self.2.iter().position(|line| line.contains(what));
        self.1 + at.unwrap_or_else(|| panic!("{} has no {what}", self.0))
    }

    fn json(&self) -> Value {
        json!({ "file": self.0, "first": self.1, "lines": self.2 })
    }
}

/// Writes the events, with all lists.
struct Recorder {
    events: Vec<Value>,
    running: Option<i64>,
    tasks: VecDeque<i64>,
    recv_wait: BTreeMap<i64, i64>,
    send_wait: BTreeMap<i64, i64>,
    clients: BTreeMap<i64, Client>,
    backlog: VecDeque<i64>,
    script: VecDeque<Does>,
}

impl Recorder {
    fn tell(&mut self, what: &str, line: Option<usize>, more: Value) {
        let pairs =
            |area: &BTreeMap<i64, i64>| area.iter().map(|(a, b)| [*a, *b]).collect::<Vec<_>>();
        let n = self.events.len() + 1;
        let mut event = json!({
            "n": n, "t": n * 3, "what": what, "line": line, "running": self.running, "tasks": self.tasks,
            "recv_wait": pairs(&self.recv_wait), "send_wait": pairs(&self.send_wait),
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.events.push(event);
    }

    fn arrives(&mut self, does: Does) {
        let (whose, kind, bytes) = match does {
            Connects(c) => (c, "connects", None),
            Types(c, text) | TypesMeanwhile(c, text) => (c, "types", Some(text)),
            Closes(c) => (c, "closes", None),
            Resets(c) => (c, "resets", None),
            ReadsLittle(c) => return self.clients.get_mut(&c).unwrap().little = true,
        };
        let client = self.clients.entry(whose).or_default();
        match kind {
            "connects" => self.backlog.push_back(whose),
            "closes" => client.closes = true,
            "resets" => client.resets = true,
            _ => client.input += bytes.unwrap_or_default(),
        }
        let bytes = bytes.map(|text| json!({ "text": text, "more": 0 }));
        self.tell(
            "arrive",
            None,
            json!({ "whose": whose, "kind": kind, "port": 52138 + 2 * whose, "bytes": bytes }),
        );
    }

    fn meanwhile(&mut self) {
        while matches!(self.script.front(), Some(TypesMeanwhile(..) | ReadsLittle(_))) {
            let next = self.script.pop_front().unwrap();
            self.arrives(next);
        }
    }

    fn can_recv(&self) -> Vec<i64> {
        let ready = |fd: &i64| match fd {
            &LISTEN => !self.backlog.is_empty(),
            fd => self
                .clients
                .values()
                .any(|c| c.fd == *fd && (!c.input.is_empty() || c.closes || c.resets)),
        };
        self.recv_wait.keys().copied().filter(ready).collect()
    }
}

/// Where a task goes on: its line, and whose it is.
struct Generator {
    client: i64,
    at: Option<&'static str>,
    answer: String,
}

/// The events of a script, until `select` sleeps and nobody does anything any more.
pub fn recording(title: &str, script: &[Does], kind: Loop) -> Value {
    let run = Source::of("src/scheduler.rs", "pub fn run(");
    let server = Source::of("examples/echo.rs", "pub fn tcp_server(");
    let handler = Source::of("examples/echo.rs", "pub fn echo_handler(");
    let mut r = Recorder {
        events: Vec::new(),
        running: None,
        tasks: VecDeque::new(),
        recv_wait: BTreeMap::new(),
        send_wait: BTreeMap::new(),
        clients: BTreeMap::new(),
        backlog: VecDeque::new(),
        script: script.iter().cloned().collect(),
    };
    let mut generators =
        BTreeMap::from([(1, Generator { client: 0, at: None, answer: String::new() })]);
    let (ask, popleft, resume) =
        (run.line("= select("), run.line("popleft"), run.line("task.resume()"));
    r.tasks.push_back(1);
    r.tell("append", None, json!({ "task": 1, "name": "tcp_server", "client": null, "fd": null, "from": null, "by": null }));
    loop {
        while r.tasks.is_empty() {
            let asked = json!({ "recv": r.recv_wait.keys().collect::<Vec<_>>(), "send": r.send_wait.keys().collect::<Vec<_>>() });
            r.tell("select", Some(ask), asked);
            let mut slept = false;
            while r.can_recv().is_empty() && r.send_wait.is_empty() {
                slept = true;
                match r.script.pop_front() {
                    Some(does) => r.arrives(does),
                    None => return finish(title, r.events, kind, run, server, handler),
                }
            }
            let (can_recv, can_send) =
                (r.can_recv(), r.send_wait.keys().copied().collect::<Vec<_>>());
            r.tell(
                "selected",
                Some(ask),
                json!({ "slept": slept, "can_recv": can_recv, "can_send": can_send, "cannot": [] }),
            );
            for (op, fds) in [("recv", can_recv), ("send", can_send)] {
                for fd in fds {
                    let area = if op == "recv" { &mut r.recv_wait } else { &mut r.send_wait };
                    let task = area[&fd];
                    if kind == Loop::Lab || op == "send" {
                        area.remove(&fd);
                    }
                    r.tasks.push_back(task);
                    let line = run.line(&format!("{op}_wait.pop"));
                    r.tell(
                        "append",
                        Some(line),
                        json!({ "task": task, "from": format!("{op}_wait"), "op": op, "fd": fd }),
                    );
                }
            }
        }
        let task = r.tasks.pop_front().unwrap();
        r.running = Some(task);
        r.tell("popleft", Some(popleft), json!({ "task": task }));
        let g = generators.get_mut(&task).unwrap();
        let (number, answer) = (g.client, g.answer.clone());
        let source = if number == 0 { &server } else { &handler };
        let goes_on = match (number, g.at) {
            (0, None) => server.line("Socket::new"),
            (0, _) => server.line("accept("),
            (_, None) => handler.line("Connection from"),
            (_, Some("Op::Recv")) => handler.line("client.recv"),
            _ => handler.line("client.send"),
        };
        r.tell("resume", Some(resume), json!({ "task": task, "at": goes_on }));
        r.meanwhile();
        let mut end = None;
        let (mut next, mut fd) = ("Op::Recv", LISTEN);
        if number == 0 {
            if g.at.is_none() {
                r.tell(
                    "print",
                    None,
                    json!({ "task": task, "text": "Server running on 0.0.0.0:25000" }),
                );
            } else {
                let client = r.backlog.pop_front().unwrap();
                let new = FIRST_FD + client - 1;
                r.clients.get_mut(&client).unwrap().fd = new;
                r.tell("accept", None, json!({ "task": task, "at": server.line("accept("), "fd": new, "client": client }));
                let id = generators.len() as i64 + 1;
                r.tasks.push_back(id);
                r.tell("append", None, json!({
                    "task": id, "name": "echo_handler", "client": client, "fd": new, "port": 52138 + 2 * client,
                    "from": null, "by": task, "at": server.line("tasks.append("),
                }));
                generators.insert(id, Generator { client, at: None, answer: String::new() });
            }
        } else {
            let client = r.clients.get_mut(&number).unwrap();
            fd = client.fd;
            let call = |at: usize, bytes: Option<&str>| {
                json!({
                    "task": task, "at": at, "fd": fd, "client": number, "bytes": bytes.map(|text| json!({ "text": text, "more": 0 })),
                })
            };
            match generators[&task].at {
                None => r.tell("print", None, json!({ "task": task, "text": format!("Connection from 127.0.0.1:{}", 52138 + 2 * number) })),
                Some("Op::Recv") => {
                    let at = handler.line("client.recv");
                    if client.resets {
                        let why = "Connection reset by peer (os error 104)";
                        let mut event = call(at, None);
                        event["error"] = json!(why);
                        r.tell("recv", None, event);
                        end = Some(Some(why));
                    } else if client.input.is_empty() {
                        r.tell("recv", None, call(at, None));
                        r.tell("print", None, json!({ "task": task, "text": "Connection closed" }));
                        end = Some(None);
                    } else {
                        let data = std::mem::take(&mut client.input);
                        r.tell("recv", None, call(at, Some(&data)));
                        generators.get_mut(&task).unwrap().answer = format!("GOT:{data}");
                        next = "Op::Send";
                    }
                }
                _ => {
                    let taken = if client.little { 4 } else { answer.len() };
                    client.little = false;
                    let mut event = call(handler.line("client.send"), Some(&answer[..taken]));
                    if taken < answer.len() {
                        event["partial"] = json!(true);
                        next = "Op::Send";
                    }
                    r.tell("send", None, event);
                    generators.get_mut(&task).unwrap().answer = answer[taken..].to_string();
                }
            }
        }
        r.running = None;
        if let Some(error) = end {
            let line = run.line(if error.is_none() { "Complete(Ok" } else { "Complete(Err" });
            r.tell("complete", Some(line), json!({ "task": task, "error": error }));
        } else {
            generators.get_mut(&task).unwrap().at = Some(next);
            let op = if next == "Op::Recv" { "recv" } else { "send" };
            if op == "recv" { &mut r.recv_wait } else { &mut r.send_wait }.insert(fd, task);
            let line = run.line(&format!("({next}, fd)"));
            r.tell(
                "yield",
                Some(line),
                json!({ "task": task, "at": source.line(next), "op": op, "fd": fd }),
            );
        }
    }
}

fn finish(
    title: &str,
    events: Vec<Value>,
    kind: Loop,
    mut run: Source,
    server: Source,
    handler: Source,
) -> Value {
    if kind == Loop::Get {
        run.2.iter_mut().for_each(|line| *line = line.replace("recv_wait.pop", "recv_wait.get"));
    }
    json!({
        "version": 1, "lang": null, "title": { "en": title, "de": title },
        "sources": { "run": run.json(), "tcp_server": server.json(), "echo_handler": handler.json() },
        "start": { "running": null, "tasks": [], "recv_wait": [], "send_wait": [], "cards": {} },
        "events": events, "mistake": null,
    })
}

/// Two clients: one line, then two at once, a reset, a close.
pub fn lab() -> Value {
    let script = [
        Connects(1),
        Connects(2),
        Types(1, "Hello"),
        Types(1, "one"),
        TypesMeanwhile(2, "two"),
        Types(1, "Good"),
        ReadsLittle(1),
        Resets(2),
        Closes(1),
    ];
    recording("The lab", &script, Loop::Lab)
}

/// A loop that leaves a task in `recv_wait` when it wakes it.
pub fn mistake() -> Value {
    recording("A loop", &[Connects(1), Connects(2), Types(1, "Hello"), Types(2, "Hi")], Loop::Get)
}

/// So many clients, one of whom types.
pub fn class(clients: i64) -> Value {
    let mut script: Vec<_> = (1..=clients).map(Connects).collect();
    if clients >= 7 {
        script.push(Types(7, "Anna"));
    }
    recording("A class", &script, Loop::Lab)
}

/// At least so many events: one client types again and again.
pub fn long(events: usize) -> Value {
    let mut script = vec![Connects(1), Connects(2)];
    script.extend((0..events / 12 + 1).map(|i| Types(1 + i as i64 % 2, "Hello")));
    recording("A long one", &script, Loop::Lab)
}
