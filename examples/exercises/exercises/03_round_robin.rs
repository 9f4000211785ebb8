//! # 03 · Round robin / Reihum
//!
//! Its Rust: ../../docs/en/rust.md, "Option", "match".
//!
//! Three generators, one thread: who runs when? The simplest answer is a deque, a row with two
//! ends. Take the task at the front, resume it once, and if it has yielded, put it back at the end.
//! So each task that is still alive has one turn a round, and none is left out.
//!
//! Write `run`: it drives all tasks until none is left. A task that is complete is not put back, it
//! is dropped. `VecDeque` has `pop_front`, `push_back`, `pop_back` and `push_front`. Choose with
//! care.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Option“, „match“.
//!
//! Drei Generatoren, ein Thread: Wer läuft wann? Die einfachste Antwort ist eine Deque, eine Reihe
//! mit zwei Enden. Nimm die vorderste Task, setze sie einmal fort, und wenn sie ein `yield`
//! erreicht hat, stell sie hinten wieder an. So kommt jede Task, die noch lebt, einmal pro Runde
//! dran, und keine wird übergangen.
//!
//! Schreib `run`: Die Funktion treibt alle Tasks an, bis keine mehr übrig ist. Eine fertige Task
//! kommt nicht zurück in die Deque, sie wird verworfen. `VecDeque` hat `pop_front`, `push_back`,
//! `pop_back` und `push_front`. Wähle mit Bedacht.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

// `Turns` is a task that yields nothing but its turn: `GeneratorState::Yielded(())`.
// (de) `Turns` ist eine Task, die keinen Wert liefert, sondern nur ihren Zug beendet:
// `GeneratorState::Yielded(())`.
fn run(mut tasks: VecDeque<Turns>) {
    // TODO: while there are tasks: take one, resume it once, and put it back if it yielded.
    // Taking one gives an `Option`: `Some(task)`, or `None` if there is none. So
    // `while let Some(mut task) = tasks.…() { … }` takes one after the other, until there is none.
    // TODO (de): Solange es Tasks gibt: Nimm eine, setze sie einmal fort und stell sie wieder an,
    // wenn sie etwas geliefert hat. Beim Nehmen bekommst du ein `Option`: `Some(task)` oder `None`,
    // wenn keine da ist. `while let Some(mut task) = tasks.…() { … }` nimmt also eine nach der
    // anderen.
    todo!(
        "take the task at the front, resume it once, put it back at the end / \
             nimm die vorderste Task, setze sie einmal fort, stell sie hinten an"
    )
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/round_robin.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::round_robin(super::run);
    }
}
