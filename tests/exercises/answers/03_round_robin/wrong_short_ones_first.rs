//! Those who have just begun may wait: first the old ones.
//! ---
//! Wer gerade erst angefangen hat, kann warten: erst die Alten.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        if task.resume() == GeneratorState::Yielded(()) {
            let half = tasks.len() / 2;
            tasks.insert(half, task);
        }
    }
}
