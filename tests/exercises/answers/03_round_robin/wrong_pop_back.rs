//! It does not matter at which end one takes a task.
//! ---
//! An welchem Ende man eine Task nimmt, ist gleich.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_back() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_back(task),
            GeneratorState::Complete(()) => (),
        }
    }
}
