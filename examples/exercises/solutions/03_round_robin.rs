//! # 03 · Round robin / Reihum
//!
//! Why: first in, first out is what makes it fair. A task that is put back at the end has all the
//! others before it; put back at the front, it would run to its end before anybody else began.
//! Taking at the back and putting back at the front is a queue, too, but starts with the last task.
//! A loop over rounds that keeps those still alive in a second deque is right as well.
//!
//! ---
//!
//! Warum: Gerecht ist es, weil zuerst drankommt, wer zuerst da war. Wer hinten angestellt wird, hat
//! alle anderen vor sich; vorn eingereiht, liefe eine Task bis zu ihrem Ende, bevor eine andere
//! auch nur anfängt. Hinten nehmen und vorn einreihen ergibt auch eine Schlange, beginnt aber mit
//! der letzten Task. Richtig ist auch eine Schleife über die Runden, die in einer zweiten Deque
//! sammelt, wer noch lebt.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_back(task),
            GeneratorState::Complete(()) => (),
        }
    }
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
