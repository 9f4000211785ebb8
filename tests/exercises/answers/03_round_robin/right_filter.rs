//! Round after round, those who still live are collected.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while !tasks.is_empty() {
        tasks = tasks
            .into_iter()
            .filter_map(|mut task| (task.resume() == GeneratorState::Yielded(())).then_some(task))
            .collect();
    }
}
