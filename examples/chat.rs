//! A chat: everyone hears what anyone says.
//!
//! Start it, and from several terminals: `nc localhost 25000`. Say your name first.
//!
//! The room is shared by all tasks, without a lock: there is one thread, and a task is only ever
//! interrupted where it says `.await`. What stands between two of those happens at once for all
//! others. The price: no borrow of the room may last over an `.await`. None here does.

mod args;
mod lines;
mod tcp;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use genlab::{Co, GenSocket, Outcome, Socket, Task, Tasks, run, sleep, socketpair, task};
use lines::Lines;
use tcp::tcp_server;

/// Who does not read is owed so many lines and no more. All are owed the same copy of a line.
const MOST: usize = 1000;

/// Who is here, by name.
#[derive(Clone, Default)]
struct Room(Rc<RefCell<BTreeMap<String, Member>>>);

struct Member {
    owed: Rc<RefCell<Owed>>,
    /// A task cannot wait for a line in a deque. It can wait for a byte: this end rings.
    bell: Socket,
}

#[derive(Default)]
struct Owed {
    lines: VecDeque<Rc<str>>,
    missed: usize,
}

impl Owed {
    // One who reads catches up. Of one who has missed a line that is no longer expected.
    fn is_behind(&self) -> bool {
        self.missed == 0 && self.lines.len() == MOST
    }

    fn pop(&mut self) -> Option<Rc<str>> {
        self.lines.pop_front().or_else(|| match std::mem::take(&mut self.missed) {
            0 => None,
            missed => Some(format!("* you missed {missed} lines\n").into()),
        })
    }
}

impl Room {
    fn say(&self, text: &str) {
        let line: Rc<str> = format!("{text}\n").into();
        for member in self.0.borrow().values() {
            let mut owed = member.owed.borrow_mut();
            // Whoever has missed one line hears no other before being told so.
            if owed.missed > 0 || owed.lines.len() == MOST {
                owed.missed += 1;
            } else {
                owed.lines.push_back(line.clone());
            }
            let _ = member.bell.send(b"."); // a bell that is full has rung
        }
    }

    // Who floods the room is slowed down to what its readers can take; for those who do not read, no
    // longer than a second in all.
    async fn has_room(&self, co: &Co) {
        for _ in 0..100 {
            if !self.0.borrow().values().any(|member| member.owed.borrow().is_behind()) {
                break;
            }
            let _ = sleep(co, Duration::from_millis(10)).await; // it may fail when no descriptor is left
        }
    }

    // Makes the task that tells the newcomer what is said.
    fn join(&self, name: &str, client: Rc<GenSocket>) -> io::Result<(Seat, Task)> {
        let (bell, ear) = socketpair()?;
        let owed = Rc::new(RefCell::default());
        let teller = teller(client, Rc::clone(&owed), GenSocket::new(ear));
        self.0.borrow_mut().insert(look(name), Member { owed, bell });
        self.say(&format!("* {name} is here"));
        Ok((Seat(self.clone(), name.to_string()), teller))
    }
}

// A name is nothing that could be taken for the words of the server or of somebody else. Most letters
// beyond these have a twin that looks the same.
fn is_name(name: &str) -> bool {
    let letter = |c| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | 'À'..='ÿ');
    (1..=20).contains(&name.chars().count()) && name.chars().all(|c| letter(c) && !"×÷".contains(c))
}

// What looks the same is the same.
fn look(name: &str) -> String {
    name.to_lowercase().replace(['i', '1'], "l").replace('0', "o")
}

/// Leaves when it is dropped, however its task ends: Python's `finally`.
struct Seat(Room, String);

impl Drop for Seat {
    fn drop(&mut self) {
        let Seat(room, name) = self;
        room.0.borrow_mut().remove(&look(name));
        room.say(&format!("* {name} has left"));
    }
}

// One task for each ear: one who reads slowly keeps only this one waiting.
fn teller(client: Rc<GenSocket>, owed: Rc<RefCell<Owed>>, bell: GenSocket) -> Task {
    task(move |co| async move {
        // The end of file: the member has left, and has heard everything up to then.
        while !bell.recv(&co, 100).await?.is_empty() {
            loop {
                let line = owed.borrow_mut().pop(); // borrowed up to here
                let Some(line) = line else { break };
                client.send_all(&co, line.as_bytes()).await?;
            }
        }
        Ok(())
    })
}

// And one for each mouth.
fn chat_handler(tasks: Tasks, room: Room, client: GenSocket) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let mut lines = Lines::new(client.clone());
        let (name, _seat) = loop {
            client.send_all(&co, b"Your name? ").await?;
            let Some(name) = lines.next(&co).await? else { return Ok(()) };
            let name = name.trim();
            let why = if !is_name(name) {
                "* 1 to 20 letters such as a, é or ß, digits, - and _, please\n"
            } else if room.0.borrow().contains_key(&look(name)) {
                "* somebody has this name, or one that looks like it\n"
            } else {
                // Nobody can have taken it meanwhile: there is no `.await` in between.
                let (seat, teller) = room.join(name, client.clone())?;
                tasks.append(teller);
                break (name.to_string(), seat);
            };
            client.send_all(&co, why.as_bytes()).await?;
        };
        while let Some(line) = lines.next(&co).await? {
            room.has_room(&co).await;
            room.say(&format!("{name}: {line}"));
        }
        Ok(())
    })
}

const HELP: &str = "\
A chat: everyone hears what anyone says.

Usage: cargo run --example chat [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let (tasks, room) = (Tasks::new(), Room::default());
    let more = tasks.clone();
    let handler = move |client, _| chat_handler(more.clone(), room.clone(), client);
    tasks.append(tcp_server(tasks.clone(), address, handler));
    run(&tasks)
}
