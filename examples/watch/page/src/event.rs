//! One step, and how it looks in JSON.

use std::io;

use serde_json::{Map, Value, json};

/// So many bytes of what was received or sent are kept; the rest is counted.
pub(crate) const SHOWN: usize = 200;

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    Recv,
    Send,
}

impl Op {
    pub fn name(self) -> &'static str {
        if self == Op::Recv { "recv" } else { "send" }
    }

    pub fn area(self) -> &'static str {
        if self == Op::Recv { "recv_wait" } else { "send_wait" }
    }
}

/// The first of some bytes, and how many more there were.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bytes {
    first: Box<[u8]>,
    more: u64,
}

impl Bytes {
    pub fn new(bytes: &[u8]) -> Bytes {
        Bytes::of(bytes, bytes.len())
    }

    /// Of so many, of which only the first are at hand.
    pub fn of(bytes: &[u8], len: usize) -> Bytes {
        let first: Box<[u8]> = bytes[..bytes.len().min(SHOWN)].into();
        Bytes { more: len.saturating_sub(first.len()) as u64, first }
    }

    /// The first of them as a text: what cannot be printed as `\n` or `\xff`.
    pub fn text(&self) -> String {
        self.text_of(SHOWN)
    }

    fn text_of(&self, shown: usize) -> String {
        let mut text = String::new();
        for chunk in self.first[..self.first.len().min(shown)].utf8_chunks() {
            for c in chunk.valid().chars() {
                if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
            }
            text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
        }
        text
    }

    fn json(&self, shown: usize) -> Value {
        let cut = self.first.len().saturating_sub(shown) as u64;
        json!({ "text": self.text_of(shown), "more": self.more + cut })
    }

    /// How long its text is in JSON.
    pub(crate) fn size(&self, shown: usize) -> usize {
        json!(self.text_of(shown)).to_string().len()
    }
}

/// What a client does.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Connects,
    Types(Bytes),
    Closes,
    Resets,
}

/// What happens in a step. Tasks and clients have numbers; `at` is a line of the task's source.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// From the area in which it was woken, or made by another task, if one runs.
    Append {
        task: u64,
        name: &'static str,
        client: Option<u32>,
        fd: Option<i64>,
        port: Option<u16>,
        from: Option<Op>,
        by: Option<u64>,
        at: Option<u32>,
    },
    Popleft {
        task: u64,
    },
    Resume {
        task: u64,
        at: Option<u32>,
    },
    Accept {
        task: u64,
        at: Option<u32>,
        fd: i64,
        client: u32,
        port: u16,
    },
    /// `Ok(None)`: there was nothing after all. Of no bytes: the end of file.
    Recv {
        task: u64,
        at: Option<u32>,
        fd: i64,
        client: Option<u32>,
        result: Result<Option<Bytes>, String>,
    },
    /// What was taken, and whether that was all.
    Send {
        task: u64,
        at: Option<u32>,
        fd: i64,
        client: Option<u32>,
        result: Result<Bytes, String>,
        all: bool,
    },
    Print {
        task: u64,
        at: Option<u32>,
        text: Box<str>,
    },
    Yield {
        task: u64,
        at: Option<u32>,
        op: Op,
        fd: i64,
    },
    /// Asks about all who wait.
    Select,
    Selected {
        slept: bool,
        can_recv: Box<[i64]>,
        can_send: Box<[i64]>,
        cannot: Box<[(i64, String)]>,
    },
    Complete {
        task: u64,
        error: Option<String>,
    },
    Arrive {
        client: u32,
        fd: Option<i64>,
        kind: Kind,
    },
}

impl What {
    /// What `recv` has returned to a task.
    pub fn recv(
        task: u64,
        at: Option<u32>,
        fd: i64,
        client: Option<u32>,
        result: &io::Result<Option<Vec<u8>>>,
    ) -> What {
        let result = match result {
            Ok(data) => Ok(data.as_ref().map(|data| Bytes::new(data))),
            Err(error) => Err(error.to_string()),
        };
        What::Recv { task, at, fd, client, result }
    }

    /// What `send` has returned to a task that was to send `data`.
    pub fn send(
        task: u64,
        at: Option<u32>,
        fd: i64,
        client: Option<u32>,
        data: &[u8],
        result: &io::Result<usize>,
    ) -> What {
        let all = result.as_ref().is_ok_and(|sent| *sent == data.len());
        let result = match result {
            Ok(sent) => Ok(Bytes::new(&data[..*sent])),
            Err(error) => Err(error.to_string()),
        };
        What::Send { task, at, fd, client, result, all }
    }
}

/// A step: its number, when it happened, and at which line of `run`.
#[derive(Clone, Debug)]
pub struct Event {
    pub n: u64,
    pub t: u64,
    pub line: Option<u32>,
    pub what: What,
    /// Who is where after it, where that is told.
    pub lists: Option<Value>,
}

impl Event {
    pub fn json(&self) -> Value {
        self.json_with(SHOWN)
    }

    /// What was received or sent, if anything was.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match &self.what {
            What::Recv { result: Ok(Some(bytes)), .. } | What::Send { result: Ok(bytes), .. } => {
                Some(bytes)
            }
            What::Arrive { kind: Kind::Types(bytes), .. } => Some(bytes),
            _ => None,
        }
    }

    /// With at most so many bytes of what was received or sent.
    pub(crate) fn json_with(&self, shown: usize) -> Value {
        let (what, rest) = match &self.what {
            What::Append { task, from: Some(op), fd, .. } => {
                let (from, op) = (op.area(), op.name());
                ("append", json!({ "task": task, "from": from, "op": op, "fd": fd }))
            }
            What::Append { task, name, client, fd, port, by, at, .. } => {
                let who = json!({ "task": task, "name": name, "client": client, "fd": fd, "port": port, "by": by, "at": at });
                ("append", who)
            }
            What::Popleft { task } => ("popleft", json!({ "task": task })),
            What::Resume { task, at } => ("resume", json!({ "task": task, "at": at })),
            What::Accept { task, at, fd, client, port } => (
                "accept",
                json!({ "task": task, "at": at, "fd": fd, "client": client, "port": port }),
            ),
            What::Recv { task, at, fd, client, result } => {
                let mut rest = json!({ "task": task, "at": at, "fd": fd, "client": client });
                match result {
                    Err(error) => rest["error"] = json!(error),
                    Ok(None) => rest["blocked"] = json!(true),
                    Ok(Some(bytes)) if !bytes.first.is_empty() => rest["bytes"] = bytes.json(shown),
                    Ok(_) => rest["bytes"] = Value::Null, // the end of file
                }
                ("recv", rest)
            }
            What::Send { task, at, fd, client, result, all } => {
                let mut rest = json!({ "task": task, "at": at, "fd": fd, "client": client });
                match result {
                    Err(error) => rest["error"] = json!(error),
                    Ok(bytes) => {
                        rest["bytes"] = bytes.json(shown);
                        if !all {
                            let how = if bytes.first.is_empty() { "blocked" } else { "partial" };
                            rest[how] = json!(true);
                        }
                    }
                }
                ("send", rest)
            }
            What::Print { task, at, text } => {
                ("print", json!({ "task": task, "at": at, "text": text }))
            }
            What::Yield { task, at, op, fd } => {
                ("yield", json!({ "task": task, "at": at, "op": op.name(), "fd": fd }))
            }
            What::Select => ("select", json!({})),
            What::Selected { slept, can_recv, can_send, cannot } => {
                let mut rest =
                    json!({ "slept": slept, "can_recv": can_recv, "can_send": can_send });
                if !cannot.is_empty() {
                    rest["cannot"] = json!(cannot);
                }
                ("selected", rest)
            }
            What::Complete { task, error } => ("complete", json!({ "task": task, "error": error })),
            What::Arrive { client, fd, kind } => {
                let (kind, bytes) = match kind {
                    Kind::Connects => ("connects", None),
                    Kind::Types(bytes) => ("types", Some(bytes.json(shown))),
                    Kind::Closes => ("closes", None),
                    Kind::Resets => ("resets", None),
                };
                let mut rest = json!({ "whose": client, "kind": kind, "fd": fd });
                if let Some(bytes) = bytes {
                    rest["bytes"] = bytes;
                }
                ("arrive", rest)
            }
        };
        let mut event = Map::new();
        event.insert("n".into(), json!(self.n));
        event.insert("t".into(), json!(self.t));
        event.insert("what".into(), json!(what));
        if let Some(line) = self.line {
            event.insert("line".into(), json!(line));
        }
        let more = [Some(rest), self.lists.clone()].into_iter().flatten();
        for (key, value) in more
            .filter_map(|it| if let Value::Object(map) = it { Some(map) } else { None })
            .flatten()
        {
            // What is not known is left out; only an end of file is told by `null`, and who runs.
            if !value.is_null() || key == "bytes" || key == "running" {
                event.insert(key, value);
            }
        }
        Value::Object(event)
    }
}
