//! 12: why is my server stuck?

use std::time::{Duration, Instant};

use genlab::{AsRawFd, GenSocket, Op, RawFd, Task};

use crate::check::{Exercise, Ticks, complain, cpu_time, expect, same, words};
use crate::hand::{ByHand, is_ready};
use crate::peer::{ASKED, Peer, ends, short};
use crate::select::{ask, is_closed};

/// How long the handler thinks.
const THINK: Duration = Duration::from_millis(200);

/// A client, which asks after its own delay, and its handler.
struct Client<'a> {
    hand: ByHand,
    peer: Peer,
    fd: RawFd,
    delay: Duration,
    question: &'a [u8],
    asked: Option<Instant>,
    heard: Vec<u8>,
    turns: u32,
    /// What the handler has waited for, in words.
    waits: Vec<[&'static str; 2]>,
}

impl Client<'_> {
    /// A turn of the handler. The client must hear nothing for 0.2 s, and then the answer.
    fn turn(&mut self) {
        let (start, busy) = (Instant::now(), cpu_time());
        self.hand.turn();
        self.turns += 1;
        expect(
            self.turns < 100,
            "the handler does not wait for the time, it is resumed again and again and asks",
            "der Handler wartet nicht auf die Zeit, er wird immer wieder fortgesetzt und fragt",
        );
        let (time, busy) = (start.elapsed(), cpu_time() - busy);
        if time > THINK / 5 && busy > THINK / 5 {
            complain(
                "a handler keeps the processor busy, and nobody else can run meanwhile",
                "ein Handler beschäftigt den Prozessor, und niemand sonst kann inzwischen laufen",
            );
        }
        if let Some((op, fd)) = self.hand.wait {
            let wait = match (op, fd == self.fd) {
                (Op::Recv, true) => ["Op::Recv (client)"; 2],
                (Op::Send, true) => ["Op::Send (client)"; 2],
                (Op::Recv, false) if is_closed(fd) => [
                    "Op::Recv (a descriptor that is closed)",
                    "Op::Recv (ein Deskriptor, der zu ist)",
                ],
                (Op::Send, false) if is_closed(fd) => [
                    "Op::Send (a descriptor that is closed)",
                    "Op::Send (ein Deskriptor, der zu ist)",
                ],
                (Op::Recv, false) => {
                    ["Op::Recv (another descriptor)", "Op::Recv (ein anderer Deskriptor)"]
                }
                (Op::Send, false) => {
                    ["Op::Send (another descriptor)", "Op::Send (ein anderer Deskriptor)"]
                }
            };
            if self.waits.last() != Some(&wait) {
                self.waits.push(wait);
            }
        }
        let (heard, closed) = self.peer.takes(2000);
        self.heard.extend(heard);
        // The clock is asked after that: what came too early is here already.
        let since = self.asked.map(|asked| asked.elapsed());
        if since.is_none_or(|since| since < THINK) && (closed || !self.heard.is_empty()) {
            let (english, german) = match since {
                None => ("before its question", "vor seiner Frage"),
                Some(since) if since < THINK / 4 => {
                    ("at once after its question", "gleich nach seiner Frage")
                }
                Some(_) => ("too early after its question", "zu früh nach seiner Frage"),
            };
            let heard = short(&self.heard);
            let [in_english, in_german] = [0, 1]
                .map(|i| self.waits.iter().map(|wait| wait[i]).collect::<Vec<_>>().join(", "));
            complain(
                format!(
                    "{english} the client heard {heard}\n  the handler has waited with {in_english}"
                ),
                format!(
                    "{german} hörte der Client {heard}\n  der Handler hat gewartet mit {in_german}"
                ),
            );
        }
        match &self.hand.ended {
            None => (),
            Some(Err(error)) => complain(
                format!("the handler ended with an error: {}", words(error).0),
                format!("der Handler endete mit einem Fehler: {}", words(error).1),
            ),
            Some(Ok(())) => same(
                self.heard.escape_ascii().to_string(),
                format!("{}: 42", self.question.escape_ascii()),
                "the answer",
                "die Antwort",
            ),
        }
    }
}

/// Drives a handler for each client, all at once, as the scheduler would.
fn serve(thinker: fn(GenSocket) -> Task, clients: &[(Duration, &[u8])]) {
    let mut all: Vec<_> = clients
        .iter()
        .map(|&(delay, question)| {
            let (client, peer) = ends();
            let fd = client.as_raw_fd();
            let hand = ByHand::new(thinker(GenSocket::new(client)));
            let (heard, waits) = (Vec::new(), Vec::new());
            Client { hand, peer, fd, delay, question, asked: None, heard, turns: 0, waits }
        })
        .collect();
    let (before, ticks) = (ASKED.get(), Ticks::new());
    let (start, mut longest) = (Instant::now(), Duration::ZERO);
    let last = clients.iter().map(|(delay, _)| *delay).max().unwrap_or_default();
    while !all.is_empty() {
        for client in &mut all {
            if client.asked.is_none() && start.elapsed() >= client.delay {
                client.asked = Some(Instant::now());
                client.peer.say(client.question);
            }
            if client.hand.wait.is_none_or(is_ready) {
                let start = Instant::now();
                client.turn();
                longest = start.elapsed().max(longest);
            }
            if ticks.passed() > last + 4 * THINK {
                let (english, german) = match longest.as_millis() {
                    0..25 => ("", ""),
                    25..75 => ("; one turn took 0.05 s", "; ein Zug dauerte 0,05 s"),
                    75..150 => ("; one turn took 0.1 s", "; ein Zug dauerte 0,1 s"),
                    _ => ("; one turn took 0.2 s", "; ein Zug dauerte 0,2 s"),
                };
                complain(
                    format!("0.8 s after the last question not all have their answer{english}"),
                    format!("0,8 s nach der letzten Frage haben nicht alle eine Antwort{german}"),
                );
            }
        }
        all.retain(|client| client.hand.ended.is_none());
        let waits: Vec<_> = all.iter().filter_map(|client| client.hand.wait).collect();
        let delays = all.iter().filter(|client| client.asked.is_none()).map(|client| client.delay);
        let next = delays.min().unwrap_or(last + 4 * THINK + THINK / 10);
        if !waits.is_empty() {
            ask(&waits, Some(next.saturating_sub(start.elapsed()).max(THINK / 20)));
        }
    }
    expect(
        ASKED.get() - before <= THINK * clients.len() as u32,
        "the timers that were made last for more than 0.2 s for each question",
        "die Timer, die gemacht wurden, laufen länger als 0,2 s für jede Frage",
    );
}

/// How many descriptors are open in this process.
#[cfg(unix)]
fn open_descriptors() -> usize {
    std::fs::read_dir("/dev/fd").map_or(0, Iterator::count)
}

/// The promises of `thinker`.
pub fn stuck(thinker: fn(GenSocket) -> Task) {
    const EXERCISE: Exercise = Exercise("12_stuck");
    let at_once = Duration::ZERO;
    EXERCISE.promises(
        "The handler still thinks for 0.2 s after the question has come, and then answers it.",
        "Der Handler denkt noch immer 0,2 s nach, nachdem die Frage gekommen ist, und beantwortet \
         sie dann.",
        move || {
            serve(thinker, &[(at_once, b"why")]);
            serve(thinker, &[(Duration::from_millis(120), b"what is six times seven")]);
            serve(thinker, &[(at_once, b" \xff\r\n"), (at_once, &[b'?'; 1000])]);
        },
    );
    EXERCISE.promises(
        "All think at the same time: twenty clients wait little longer than one.",
        "Alle denken gleichzeitig nach: Zwanzig Clients warten kaum länger als einer.",
        move || serve(thinker, &[(at_once, &b"why"[..]); 20]),
    );
    EXERCISE.promises(
        "Each client has 0.2 s of its own, from its own question on.",
        "Jeder Client hat seine eigenen 0,2 s, von seiner eigenen Frage an.",
        move || {
            let [one, two, three] = [50, 100, 150].map(Duration::from_millis);
            serve(thinker, &[(at_once, b"one"), (one, b"two"), (two, b"three"), (three, b"one")]);
        },
    );
    EXERCISE.promises(
        "Who waits uses no processor: wait for the timer, do not ask the clock in a loop.",
        "Wer wartet, braucht keinen Prozessor: Warte auf den Timer, frag nicht in einer Schleife die \
         Uhr ab.",
        move || {
            let before = cpu_time();
            serve(thinker, &[(at_once, b"why")]);
            expect(
                cpu_time() - before < THINK / 4,
                "the processor was busy for more than a quarter of the time",
                "der Prozessor war mehr als ein Viertel der Zeit beschäftigt",
            );
        },
    );
    #[cfg(unix)]
    EXERCISE.promises(
        "When a client has been served, its timer is closed.",
        "Wenn ein Client bedient ist, ist sein Timer geschlossen.",
        move || {
            serve(thinker, &[(at_once, b"why")]); // what is made once may stay
            let before = open_descriptors();
            serve(thinker, &[(at_once, &b"why"[..]); 5]);
            let start = Instant::now();
            // A thread that has rung may need a moment to close its end.
            while open_descriptors() > before && start.elapsed() < 3 * THINK {
                std::thread::yield_now();
            }
            expect(
                open_descriptors() <= before,
                "after five clients there are more open descriptors than before",
                "nach fünf Clients sind mehr Deskriptoren offen als davor",
            );
        },
    );
}
