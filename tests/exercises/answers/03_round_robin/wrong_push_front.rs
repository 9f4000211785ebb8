//! It does not matter at which end one puts a task back.
//! ---
//! An welchem Ende man eine Task zurückstellt, ist gleich.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_front(task),
            GeneratorState::Complete(()) => (),
        }
    }
}
