//! Leaves the loop when the first task has ended.
//! says: your code: "a1, b1, a2, b2, a ends"

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_back(task),
            GeneratorState::Complete(()) => break,
        }
    }
}
