//! The number of tasks is known once and for all.
//! ---
//! Wie viele Tasks es sind, weiß man ein für alle Mal.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let count = tasks.len();
    while !tasks.is_empty() {
        for i in 0..count {
            if tasks[i].resume() == GeneratorState::Complete(()) {
                tasks.remove(i);
            }
        }
    }
}
