//! Who is where, by the rules of the lab's loop.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde_json::{Map, Value, json};

use crate::event::{Kind, Op, What};

/// No label is longer, in characters.
const LABEL: usize = 12;

/// A task, as it is seen from outside.
#[derive(Clone, Debug, Default)]
pub struct Card {
    pub name: &'static str,
    pub client: Option<u32>,
    pub port: Option<u16>,
    /// Its client's descriptor, or the first that it waited for.
    pub fd: Option<i64>,
    /// What it waits for, while it does.
    pub waits: Option<(Op, i64)>,
    /// Where it is paused.
    pub at: Option<u32>,
    pub resumes: u64,
}

/// Who is where: computed from the events alone.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    pub running: Option<u64>,
    pub tasks: VecDeque<u64>,
    pub cards: HashMap<u64, Card>,
    areas: BTreeSet<(Op, i64, u64)>,
    /// What the clients have typed first, if it can be a name; by their numbers.
    labels: HashMap<u32, Option<String>>,
    counts: BTreeMap<&'static str, u64>,
}

impl Picture {
    pub fn apply(&mut self, what: &What) {
        match what {
            What::Append { task, name, client, fd, port, from, .. } => {
                let card = self.cards.entry(*task).or_insert_with(|| Card {
                    name,
                    client: *client,
                    port: *port,
                    fd: *fd,
                    ..Card::default()
                });
                if let Some((op, fd)) = card.waits.take_if(|_| from.is_some()) {
                    self.areas.remove(&(op, fd, *task));
                }
                self.tasks.push_back(*task);
            }
            What::Popleft { task } => {
                if self.tasks.front() == Some(task) {
                    self.tasks.pop_front();
                } else {
                    self.tasks.retain(|id| id != task);
                }
                self.running = Some(*task);
            }
            What::Resume { task, .. } => {
                self.running = Some(*task);
                *self.counts.entry("resumes").or_default() += 1;
                self.cards.entry(*task).or_default().resumes += 1;
            }
            What::Yield { task, at, op, fd } => {
                self.running = None;
                let card = self.cards.entry(*task).or_default();
                (card.waits, card.at) = (Some((*op, *fd)), *at);
                card.fd.get_or_insert(*fd);
                self.areas.insert((*op, *fd, *task));
            }
            What::Complete { task, error } => {
                self.running = None;
                *self.counts.entry("ended").or_default() += 1;
                *self.counts.entry("failed").or_default() += u64::from(error.is_some());
                if let Some(Card { client: Some(client), .. }) = self.cards.remove(task) {
                    self.labels.remove(&client);
                }
            }
            What::Select => *self.counts.entry("rounds").or_default() += 1,
            What::Arrive { client, kind: Kind::Types(bytes), .. } => {
                self.labels.entry(*client).or_insert_with(|| {
                    let text = bytes.text().replace("\\r", "").replace("\\n", "");
                    let text = text.trim();
                    let named = |c: char| c.is_alphanumeric() || " .'’_-".contains(c);
                    let name =
                        (1..=LABEL).contains(&text.chars().count()) && text.chars().all(named);
                    name.then(|| text.to_string())
                });
            }
            _ => (),
        }
    }

    /// All who wait: for what, on which descriptor, and who.
    pub fn waiting(&self) -> impl Iterator<Item = &(Op, i64, u64)> {
        self.areas.iter()
    }

    fn area(&self, op: Op) -> Vec<(i64, u64)> {
        self.areas.iter().filter(|it| it.0 == op).map(|&(_, fd, id)| (fd, id)).collect()
    }

    /// `running`, `tasks`, `recv_wait` and `send_wait` in JSON.
    pub fn lists(&self) -> Value {
        json!({
            "running": self.running,
            "tasks": self.tasks,
            "recv_wait": self.area(Op::Recv),
            "send_wait": self.area(Op::Send),
        })
    }

    /// The lists, and what is known of each task.
    pub fn json(&self) -> Value {
        let cards: Map<String, Value> = self
            .cards
            .iter()
            .map(|(id, card)| {
                let label = card.client.and_then(|client| self.labels.get(&client)?.as_ref());
                let mut json = json!({ "name": card.name, "resumes": card.resumes });
                for (key, value) in [
                    ("client", json!(card.client)),
                    ("label", json!(label)),
                    ("port", json!(card.port)),
                    ("fd", json!(card.fd)),
                    ("at", json!(card.at)),
                ] {
                    if !value.is_null() {
                        json[key] = value;
                    }
                }
                (id.to_string(), json)
            })
            .collect();
        let mut picture = self.lists();
        picture["cards"] = Value::Object(cards);
        picture["count"] = json!(self.counts);
        picture
    }
}
