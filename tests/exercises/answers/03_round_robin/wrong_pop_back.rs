//! Takes the task at the back, where it has just put one.
//! says: your code: "b1, b2, b ends, a1, a2, a ends"

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
