//! # 06 · The lost task / Die verlorene Task
//!
//! Its Rust: ../../docs/en/rust.md, "Result", "Owning and borrowing".
//!
//! Two tasks wait to receive on the same descriptor. A dictionary (here `HashMap`) has one
//! place for each key: in Python, with `recv_wait[fd] = task`, the second task takes the place of
//! the first, and the first is gone. No error, no message; it is never resumed again. That is the
//! worst kind of bug: one hears nothing of it.
//!
//! Write `park` so that nobody is lost. The task that is there first stays. The second comes back
//! as `Err(task)`, for the caller to report the error. It is reported to the second task, for it
//! made the mistake. A `Result` is either `Ok(…)` or `Err(…)`: how it went, and what came of it.
//! `park` resumes nobody.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Result“, „Besitzen und leihen“.
//!
//! Zwei Tasks wollen auf demselben Deskriptor empfangen. Ein Wörterbuch (hier `HashMap`) hat für
//! jeden Schlüssel nur einen Platz: In Python nimmt mit `recv_wait[fd] = task` die zweite Task den
//! Platz der ersten ein, und die erste ist weg. Kein Fehler, keine Meldung; sie wird einfach nie
//! mehr fortgesetzt. Das ist die schlimmste Sorte Fehler: Man hört nichts davon.
//!
//! Schreib `park` so, dass niemand verloren geht. Wer zuerst da war, bleibt. Die zweite Task kommt
//! als `Err(task)` zurück, damit der Aufrufer den Fehler melden kann. Gemeldet wird er der zweiten
//! Task, denn sie hat ihn gemacht. Ein `Result` ist entweder `Ok(…)` oder `Err(…)`: wie es ging und
//! was dabei herauskam. `park` setzt niemanden fort.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    // TODO: park the task only if the place is free. `area.contains_key(&fd)` says if it is taken.
    // In the middle of a function, `return …;` returns something; without `return`, only the last
    // expression is returned.
    // TODO (de): Parke die Task nur, wenn der Platz frei ist. `area.contains_key(&fd)` sagt, ob er
    // besetzt ist. Mitten in der Funktion gibt `return …;` etwas zurück; ohne `return` gilt nur der
    // letzte Ausdruck.
    area.insert(fd, task);
    Ok(())
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/lost_task.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::lost_task(super::park);
    }
}
