//! A chat's room: who is here, what they are owed, and who is called how.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use genlab::{Co, GenSocket, Socket, sleep, socketpair};

/// Who does not read is owed so many lines and no more. All are owed the same copy of a line.
const MOST: usize = 1000;

/// Who is here, by name.
#[derive(Clone, Default)]
pub struct Room(Rc<RefCell<BTreeMap<String, Member>>>);

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
    /// Everyone who is here hears it.
    pub fn say(&self, text: &str) {
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

    /// Who floods the room is slowed down to what its readers can take; for those who do not read, no
    /// longer than a second in all.
    pub async fn has_room(&self, co: &Co) {
        for _ in 0..100 {
            if !self.0.borrow().values().any(|member| member.owed.borrow().is_behind()) {
                break;
            }
            let _ = sleep(co, Duration::from_millis(10)).await; // it may fail when no descriptor is left
        }
    }

    /// Takes a seat under this name, or says why not.
    pub fn join(&self, name: &str) -> io::Result<Result<(Seat, Ear), &'static str>> {
        if !is_name(name) {
            return Ok(Err("* 1 to 20 letters such as a, é or ß, digits, - and _, please\n"));
        }
        if self.0.borrow().contains_key(&look(name)) {
            return Ok(Err("* somebody has this name, or one that looks like it\n"));
        }
        let (bell, ear) = socketpair()?;
        let owed = Rc::<RefCell<Owed>>::default();
        let ear = Ear { bell: GenSocket::new(ear), owed: owed.clone() };
        self.0.borrow_mut().insert(look(name), Member { owed, bell });
        self.say(&format!("* {name} is here"));
        Ok(Ok((Seat { room: self.clone(), name: name.to_string() }, ear)))
    }
}

/// Where a member hears what is said.
pub struct Ear {
    bell: GenSocket,
    owed: Rc<RefCell<Owed>>,
}

impl Ear {
    /// The next line; `None` when the member has left, and has heard everything up to then.
    pub async fn next(&self, co: &Co) -> io::Result<Option<Rc<str>>> {
        loop {
            let line = self.owed.borrow_mut().pop(); // borrowed up to here
            if line.is_some() || self.bell.recv(co, 100).await?.is_empty() {
                return Ok(line);
            }
        }
    }
}

/// Leaves when it is dropped, however its task ends: Python's `finally`.
pub struct Seat {
    room: Room,
    pub name: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.room.0.borrow_mut().remove(&look(&self.name));
        self.room.say(&format!("* {} has left", self.name));
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
