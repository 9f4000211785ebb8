//! What a scheduler did, step by step, and the page that shows it.
//!
//! A [`Recording`] is a list of [`Event`]s and the [`Picture`] before the first of them. In JSON, and
//! embedded in [`page`], it is one file that needs no server. The parts of the page lie beside this
//! package's `Cargo.toml`.

mod event;
mod picture;

pub use event::{Bytes, Event, Kind, Op, What};
pub use picture::{Card, Picture};

use std::collections::VecDeque;

use serde_json::{Value, json};

/// So many events are kept at least.
pub const KEPT: usize = 20_000;

/// A picture of who is where is written beside each hundredth event, or more rarely where it is large.
const BETWEEN: u64 = 100;

/// No more than so many bytes of a recording are what clients and the server have said.
const TEXTS: usize = 800_000;

/// The parts of the script share one scope; in this order.
const SCRIPT: [&str; 10] = [
    include_str!("../words.js"),
    include_str!("../replay.js"),
    include_str!("../sentences.js"),
    include_str!("../questions.js"),
    include_str!("../code.js"),
    include_str!("../picture.js"),
    include_str!("../steps.js"),
    include_str!("../print.js"),
    include_str!("../live.js"),
    include_str!("../controls.js"),
];

/// The page in one piece: with this recording, in JSON, or live, if there is none.
pub fn page(recording: Option<&str>) -> String {
    // A `</script>` in a text must not end the element.
    let recording = recording.map_or(String::new(), |json| {
        let json = json.replace('<', "\\u003c");
        format!("<script id=\"recording\" type=\"application/json\">{json}</script>")
    });
    let style = format!("<style>\n{}</style>", include_str!("../style.css"));
    let script = format!("<script type=\"module\">\n{}</script>", SCRIPT.concat());
    // The recording last: it may contain what looks like a mark.
    include_str!("../index.html")
        .replace("<!-- style -->", &style)
        .replace("<!-- script -->", &script)
        .replacen("<!-- recording -->", &recording, 1)
}

/// The last events, and the picture before the first of them.
#[derive(Clone, Default)]
pub struct Recording {
    start: Picture,
    events: VecDeque<Event>,
    now: Picture,
    /// The number of the last event, and of the last with a picture beside it.
    last: u64,
    pictured: u64,
}

impl Recording {
    /// One that begins with this picture, after so many events.
    pub fn of(now: Picture, last: u64) -> Recording {
        Recording { start: now.clone(), events: VecDeque::new(), now, last, pictured: last }
    }

    /// Enters an event: when it happened, in milliseconds since the start, at which line of `run`, what.
    pub fn push(&mut self, t: u64, line: Option<u32>, what: What) {
        self.last += 1;
        self.now.apply(&what);
        let mut event = Event { n: self.last, t, line, what, lists: None };
        if self.last - self.pictured >= BETWEEN.max(self.now.cards.len() as u64) {
            self.pictured = self.last;
            event.lists = Some(self.now.lists());
        }
        self.events.push_back(event);
        if self.events.len() > KEPT {
            let oldest = self.events.pop_front();
            oldest.iter().for_each(|event| self.start.apply(&event.what));
        }
    }

    /// Corrects the order in which tasks were appended one right after the other: this one before the
    /// one that is in front.
    pub fn was_appended_first(&mut self, task: u64) {
        let appended = |task| {
            let is =
                |event: &Event| matches!(event.what, What::Append { task: it, .. } if it == task);
            self.events.iter().rposition(is)
        };
        let front = self.now.tasks.front().and_then(|&front| appended(front));
        let (Some(front), Some(place)) = (front, appended(task)) else { return };
        let events = &mut self.events.make_contiguous()[front..];
        let appends = |event: &Event| matches!(event.what, What::Append { .. });
        if place < front || !events[..=place - front].iter().all(appends) {
            return;
        }
        events.iter_mut().for_each(|event| event.lists = None);
        for i in (front..place).map(|i| i - front).rev() {
            let [one, other] = &mut events[i..i + 2] else { return };
            std::mem::swap(&mut one.what, &mut other.what);
        }
        self.now.tasks.retain(|id| *id != task);
        self.now.tasks.push_front(task);
    }

    /// Says who is really where after the last event.
    pub fn differs(&mut self, lists: Value) {
        if let Some(event) = self.events.back_mut() {
            event.lists = Some(lists);
        }
    }

    /// The number of the last event.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Who is where now.
    pub fn now(&self) -> &Picture {
        &self.now
    }

    /// The events after the one with this number, as far as they are kept.
    pub fn since(&self, n: u64) -> impl Iterator<Item = &Event> {
        let missing = self.events.len().saturating_sub((self.last - n.min(self.last)) as usize);
        self.events.range(missing..)
    }

    /// All of it in JSON.
    pub fn json(&self) -> Value {
        let mut start = self.start.json();
        start["n"] = json!(self.last - self.events.len() as u64);
        // Long messages are cut where all together they would make the file too large to hand on.
        let size =
            |shown| self.events.iter().filter_map(Event::bytes).map(|it| it.size(shown)).sum();
        let limits = [event::SHOWN, 100, 50, 25, 12];
        let shown = limits.into_iter().find(|&shown| {
            let size: usize = size(shown);
            size <= TEXTS
        });
        let shown = shown.unwrap_or(limits[4]);
        let events: Vec<Value> = self.events.iter().map(|it| it.json_with(shown)).collect();
        json!({ "version": 1, "start": start, "events": events })
    }
}
