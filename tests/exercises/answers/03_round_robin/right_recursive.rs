//! A function that calls itself until nobody is left.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let Some(mut task) = tasks.pop_front() else { return };
    match task.resume() {
        GeneratorState::Yielded(()) => tasks.push_back(task),
        GeneratorState::Complete(()) => drop(task),
    }
    run(tasks)
}
