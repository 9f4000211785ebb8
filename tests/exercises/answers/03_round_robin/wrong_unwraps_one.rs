//! There is always at least one task.
//! ---
//! Mindestens eine Task ist immer da.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    loop {
        let mut task = tasks.pop_front().unwrap();
        if task.resume() == GeneratorState::Yielded(()) {
            tasks.push_back(task);
        }
        if tasks.is_empty() {
            break;
        }
    }
}
