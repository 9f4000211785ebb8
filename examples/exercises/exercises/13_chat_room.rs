//! # 13 · A chat room / Ein Chat
//!
//! Its Rust: ../../docs/en/rust.md, "Closures and move", "Owning and borrowing", "Result".
//! Now the handlers know each other: what one client says, all others hear. The room is a list that
//! all tasks share; `room.borrow().iter()` reads it, `room.borrow_mut()` changes it. While anybody
//! waits, others enter and leave: whoever waits with the room still borrowed makes them panic. And
//! two who wait to send to the same client are one too many (exercise 06). So nobody waits for the
//! others: `other.get_ref().send(&data)` sends what is possible now, and a client that does not
//! read misses it, and stays.
//!
//! Write the body of `member`: it enters the room (`push`), sends what it receives to all others,
//! and leaves the room at the end (`retain`), also when its client is gone with an error, which it
//! may return or not. If it cannot send to another, that is no reason to end: it is the other's
//! error.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Closures und move“, „Besitzen und leihen“, „Result“.
//!
//! Jetzt kennen die Handler einander: Was ein Client sagt, hören alle anderen. Der Raum ist eine
//! Liste, die sich alle Tasks teilen; `room.borrow().iter()` liest sie, `room.borrow_mut()` ändert
//! sie. Während jemand wartet, kommen und gehen andere: Wer wartet und den Raum noch ausgeliehen
//! hat, löst bei ihnen eine Panic aus. Und wollen zwei auf denselben Client warten, um zu senden,
//! ist einer zu viel (Übung 06). Also wartet niemand auf die anderen: `other.get_ref().send(&data)`
//! schickt, was jetzt geht, und wer nicht liest, verpasst es und bleibt.
//!
//! Schreib den Rumpf von `member`: Er betritt den Raum (`push`), schickt allen anderen, was er
//! empfängt, und verlässt am Ende den Raum (`retain`), auch wenn sein Client mit einem Fehler
//! verschwindet (den darf er zurückgeben). Kann er einem anderen nichts schicken, so liegt das an
//! dem anderen, und er macht weiter.

use std::cell::RefCell;
use std::rc::Rc;

use genlab::{GenSocket, Task, task};

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;

fn member(client: GenSocket, room: Room) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        // An `Rc` is a value with several handles on it; with a `RefCell` in it, it can be changed by
        // each of them, by one at a time.
        // (de) Ein `Rc` ist ein Wert mit mehreren Namen; mit einer `RefCell` darin lässt er sich
        // über jeden Namen ändern, immer über einen zurzeit.
        // TODO: enter; again and again receive and send to all others; leave.
        // `client.clone()` is a second handle on the same client, for the room.
        // `client.recv(&co, 1000).await` waits, and returns `Ok(data)`, empty at the end, or an
        // error.
        // A `?` behind it, or behind `send`, would end `member` without leaving the room.
        // `retain(|other| …)` keeps those for whom `…` is true.
        // `Rc::ptr_eq(&client, other)` says whether both are the same client.
        // TODO (de): Betritt den Raum; empfange und schick allen anderen, immer wieder; geh.
        // `client.clone()` ist ein zweiter Name für denselben Client, für den Raum.
        // `client.recv(&co, 1000).await` wartet und ergibt `Ok(data)`, am Ende leer, oder einen
        // Fehler.
        // Ein `?` dahinter oder hinter `send` würde `member` beenden, ohne den Raum zu verlassen.
        // `retain(|other| …)` behält die, für die `…` wahr ist.
        // `Rc::ptr_eq(&client, other)` sagt, ob beide derselbe Client sind.
        todo!(
            "enter the room, send what you receive to all others, leave the room / \
             betritt den Raum, schick allen anderen, was du empfängst, verlass den Raum"
        )
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
