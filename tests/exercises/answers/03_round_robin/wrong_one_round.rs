//! Each task has one turn, that is one round, and then `run` is over.
//! ---
//! Jede Task kommt einmal dran, das ist eine Runde, und dann ist `run` vorbei.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    for task in &mut tasks {
        let _ = task.resume();
    }
}
