//! # 13 · A chat room / Ein Chat
//!
//! Why: nothing between `borrow()` and the end of the `for` waits, so nobody else runs while the
//! room is borrowed. `while let Ok(data)` ends with an error just as with the end of file: there is
//! one way out, and it leads past `retain`. What becomes of a message to one who is gone is not our
//! business: `let _`. A guard whose `Drop` leaves the room (exercise 04) is right, too, and holds
//! even when the task is thrown away. A real chat gives each member a queue of what it has yet to
//! hear, and one task that sends it.
//!
//! ---
//!
//! Warum: Zwischen `borrow()` und dem Ende des `for` wartet nichts, also läuft niemand sonst,
//! solange der Raum ausgeliehen ist. `while let Ok(data)` endet bei einem Fehler genauso wie am
//! Dateiende: Es gibt nur einen Ausgang, und er führt an `retain` vorbei. Was aus einer Nachricht an
//! jemanden wird, der schon weg ist, geht uns nichts an: `let _`. Richtig ist auch ein Wert, dessen
//! `Drop` den Raum verlässt (Übung 04); das hilft sogar, wenn die Task weggeworfen wird. Ein echter
//! Chat gibt jedem Mitglied eine Schlange mit dem, was es noch zu hören hat, und eine Task, die das
//! schickt.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        room.borrow_mut().push(client.clone());
        while let Ok(data) = client.recv(&co, 1000).await {
            if data.is_empty() {
                break;
            }
            for other in room.borrow().iter() {
                if !Rc::ptr_eq(&client, other) {
                    let _ = other.get_ref().send(&data);
                }
            }
        }
        room.borrow_mut().retain(|other| !Rc::ptr_eq(&client, other));
        Ok(())
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Peer, check, ends};
    use genawaiter::GeneratorState;
    use genlab::{Tasks, run};

    /// A room with so many members, who have all entered, and their clients.
    fn room(size: usize) -> (Room, Vec<Task>, Vec<Peer>) {
        let room = Room::default();
        let (mut tasks, mut peers) = (Vec::new(), Vec::new());
        for _ in 0..size {
            let (client, peer) = ends();
            let mut task = member(GenSocket::new(client), room.clone());
            if let GeneratorState::Complete(result) = task.resume() {
                panic!("a member should wait for its client, but ended: {result:?}");
            }
            tasks.push(task);
            peers.push(peer);
        }
        assert_eq!(room.borrow().len(), size, "how many members the room has");
        (room, tasks, peers)
    }

    /// Drives the members until all have left. Each was resumed once, and has nobody behind it.
    fn run_all(members: Vec<Task>) {
        let tasks = Tasks::new();
        members.into_iter().for_each(|task| tasks.append(task));
        run(&tasks);
    }

    fn text(peer: &Peer) -> String {
        String::from_utf8_lossy(&peer.hears_all()).into_owned()
    }

    #[test]
    fn all_others_hear_what_one_says() {
        check(
            "What one member says, all others hear, and itself does not.",
            "Was ein Mitglied sagt, hören alle anderen und es selbst nicht.",
            || {
                let (_room, tasks, peers) = room(3);
                peers[0].say("Hello");
                let ender = std::thread::spawn(move || {
                    peers[1].hears("Hello");
                    peers[2].hears("Hello");
                    peers.iter().for_each(Peer::end);
                    peers.iter().map(text).collect::<Vec<_>>()
                });
                run_all(tasks);
                let rest = ender.join().unwrap_or_else(|_| panic!("somebody did not hear it"));
                assert_eq!(rest, ["", "", ""], "what else the three heard");
            },
        );
    }

    #[test]
    fn at_the_end_a_member_leaves_the_room() {
        check(
            "A member whose client has closed its side leaves the room; the others stay in it.",
            "Ein Mitglied, dessen Client seine Seite geschlossen hat, verlässt den Raum; die \
             anderen bleiben.",
            || {
                let (room, tasks, peers) = room(3);
                peers[0].end();
                peers[1].say("Still here");
                peers[1].end();
                peers[2].end();
                run_all(tasks);
                assert_eq!(room.borrow().len(), 0, "how many are in the room when all have gone");
                assert_eq!(text(&peers[2]), "Still here", "what the third heard after that");
            },
        );
    }

    #[test]
    fn after_an_error_too() {
        check(
            "A member whose client resets the connection leaves, and the others go on.",
            "Ein Mitglied, dessen Client die Verbindung abbricht, geht, und die anderen machen weiter.",
            || {
                let (room, tasks, mut peers) = room(3);
                room.borrow()[1].get_ref().send(b"never read").expect("the socket can send");
                drop(peers.remove(1)); // closed with unread data: the member gets an error
                peers[0].say("Hello");
                peers[0].end();
                let left = room.clone();
                let ender = std::thread::spawn(move || {
                    peers[1].hears("Hello");
                    peers[1].end();
                });
                run_all(tasks);
                assert!(ender.join().is_ok(), "the third member did not hear the first");
                assert_eq!(left.borrow().len(), 0, "how many are in the room when all have gone");
            },
        );
    }

    #[test]
    fn one_may_leave_while_another_sends() {
        check(
            "The room is not borrowed while a task waits: one may leave while another sends.",
            "Der Raum ist nicht ausgeliehen, während eine Task wartet: Einer kann gehen, während \
             ein anderer sendet.",
            || {
                let (room, tasks, peers) = room(3);
                peers[0].say("Hello");
                peers[1].end(); // leaves right after the first has begun to send
                let ender = std::thread::spawn(move || {
                    peers[2].hears("Hello");
                    peers.iter().for_each(Peer::end);
                });
                run_all(tasks);
                assert!(ender.join().is_ok(), "the third member did not hear the first");
                assert_eq!(room.borrow().len(), 0, "how many are in the room when all have gone");
            },
        );
    }

    #[test]
    fn two_may_speak_at_once() {
        check(
            "Two speak at once, and all hear both: nobody waits for the socket of another member.",
            "Zwei sprechen zugleich, und alle hören beide: Niemand wartet auf den Socket eines \
             anderen Mitglieds.",
            || {
                let (room, tasks, peers) = room(3);
                peers[0].say("A");
                peers[1].say("B");
                peers.iter().for_each(Peer::end);
                run_all(tasks);
                drop(room);
                let heard: Vec<_> = peers.iter().map(text).collect();
                assert_eq!(heard, ["B", "A", "AB"], "what the three heard");
            },
        );
    }
}
