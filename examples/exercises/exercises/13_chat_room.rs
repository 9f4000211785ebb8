//! # 13 · A chat room / Ein Chat
//!
//! Now the handlers know each other: what one client says, all others hear. The room is a list that
//! all tasks share; `room.borrow().iter()` reads it, `room.borrow_mut()` changes it. While anybody
//! waits, others enter and leave: whoever waits with the room still borrowed makes them panic. And
//! two who wait to send to the same client are one too many (exercise 06). So nobody waits for the
//! others: `other.get_ref().send(&data)` sends what is possible now, and a client that does not read misses
//! it.
//!
//! Write the body of `member`: it enters the room (`push`), sends what it receives to all others,
//! and leaves the room at the end (`retain`), also when its client is gone with an error. If it
//! cannot send to another, that is no reason to end: it is the other's error.
//!
//! ---
//!
//! Jetzt kennen die Handler einander: Was ein Client sagt, hören alle anderen. Der Raum ist eine
//! Liste, die sich alle Tasks teilen; `room.borrow().iter()` liest sie, `room.borrow_mut()` ändert
//! sie. Während jemand wartet, kommen und gehen andere: Wer wartet und den Raum noch ausgeliehen
//! hat, löst bei ihnen eine Panic aus. Und wollen zwei auf denselben Client warten, um zu senden,
//! ist einer zu viel (Übung 06). Also wartet niemand auf die anderen: `other.get_ref().send(&data)` schickt,
//! was jetzt geht, und wer nicht liest, verpasst es.
//!
//! Schreib den Rumpf von `member`: Er betritt den Raum (`push`), schickt allen anderen, was er
//! empfängt, und verlässt am Ende den Raum (`retain`), auch wenn sein Client mit einem Fehler
//! verschwindet. Kann er einem anderen nichts schicken, so liegt das an dem anderen, und er macht
//! weiter.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        // TODO: enter; again and again receive and send to all others; leave.
        // `client.clone()` is a second handle on the same client, for the room.
        // `client.recv(&co, 1000).await` waits, and returns `Ok(data)`, empty at the end, or an
        // error.
        // A `?` behind it, or behind `send`, would end `member` without leaving the room.
        // `retain(|other| …)` keeps those for whom `…` is true.
        // `Rc::ptr_eq(&client, other)` says whether the two are the same.
        todo!("enter the room, send what you receive to all others, leave the room")
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
