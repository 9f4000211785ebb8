//! # 07 · Write `run` yourself / `run`, selbst geschrieben
//!
//! Its Rust: ../../docs/en/rust.md, "Loops", "Option", "match".
//!
//! Now all parts are there: the deque, the two areas, and `select`. It asks the kernel who can go
//! on, and sleeps until somebody can: `let (can_recv, can_send) = select(&recv_wait, &send_wait);`
//!
//! Write `run`. It goes on while anybody is left, in the deque or in an area. Only when the deque
//! is empty does it ask `select`, and moves those who can go on to the end of the deque. Then it
//! takes the first task, resumes it once, and parks it by what it yields. A task that is complete
//! is dropped, whatever its result, and the others go on.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Schleifen“, „Option“, „match“.
//!
//! Jetzt sind alle Teile da: die Deque, die beiden Wartebereiche und `select`. Das fragt den
//! Kernel, wer weitermachen kann, und schläft, bis es jemand kann: `let (can_recv, can_send) =
//! select(&recv_wait, &send_wait);`
//!
//! Schreib `run`. Die Funktion macht weiter, solange noch jemand da ist, in der Deque oder in einem
//! Bereich. Nur wenn die Deque leer ist, fragt sie `select` und stellt alle hinten an, die
//! weitermachen können. Dann nimmt sie die vorderste Task, setzt sie einmal fort und parkt sie nach
//! dem, was diese liefert. Eine fertige Task wird verworfen, was immer ihr Ergebnis ist, und die
//! anderen machen weiter.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    // TODO: the loop. `tasks.is_empty()` asks if nobody is there; not is `!`, or is `||`. In it, what
    // `step` and `wake` did in exercise 05. `select` returns numbers: `remove(&fd)`.
    // `let Some(mut task) = tasks.pop_front() else { continue };` takes the first task; `else` is
    // for the case that there is none.
    // TODO (de): Die Schleife. `tasks.is_empty()` fragt, ob niemand da ist; nicht heißt `!`, oder
    // heißt `||`. Darin das, was `step` und `wake` in Übung 05 taten. `select` nennt Nummern:
    // `remove(&fd)`.
    // `let Some(mut task) = tasks.pop_front() else { continue };` nimmt die vorderste Task; `else`
    // ist für den Fall, dass keine da ist.
    todo!(
        "while anybody is left: fill the deque with `select` if it is empty, resume, park / \
             solange jemand da ist: bei leerer Deque mit `select` nachfüllen, fortsetzen, parken"
    );
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/run.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::run(super::run);
    }
}
