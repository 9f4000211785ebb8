//! At the end of a round one turns round and goes back.
//! ---
//! Am Ende einer Runde kehrt man um und geht zurück.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while !tasks.is_empty() {
        tasks.retain_mut(|task| task.resume() == GeneratorState::Yielded(()));
        tasks = tasks.into_iter().rev().collect();
    }
}
