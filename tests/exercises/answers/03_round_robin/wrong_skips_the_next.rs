//! When a task leaves, the next one is the one after.
//! ---
//! Wenn eine Task geht, ist die nächste die einen Platz weiter.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let mut i = 0;
    while !tasks.is_empty() {
        i %= tasks.len();
        if tasks[i].resume() == GeneratorState::Complete(()) {
            tasks.remove(i);
        }
        i += 1;
    }
}
