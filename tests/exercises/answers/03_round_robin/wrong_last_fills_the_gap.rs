//! Who takes the place of one who has ended does not matter.
//! ---
//! Wer den Platz einer fertigen Task einnimmt, ist gleich.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let mut i = 0;
    while !tasks.is_empty() {
        if i >= tasks.len() {
            i = 0;
        }
        if tasks[i].resume() == GeneratorState::Complete(()) {
            tasks.swap_remove_back(i);
        } else {
            i += 1;
        }
    }
}
