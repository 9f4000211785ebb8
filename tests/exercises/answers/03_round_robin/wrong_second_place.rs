//! Behind the next one is far enough back.
//! ---
//! Hinter der nächsten ist weit genug hinten.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        if task.resume() == GeneratorState::Yielded(()) {
            tasks.insert(1.min(tasks.len()), task);
        }
    }
}
