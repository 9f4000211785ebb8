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
//! `Drop` den Raum verlässt (Übung 04); das hilft sogar, wenn die Task verworfen wird. Ein echter
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

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/chat_room.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::chat_room(super::member);
    }
}
