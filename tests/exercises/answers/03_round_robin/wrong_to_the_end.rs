//! Resumes each task until it ends.
//! says: your code: "a1, a2, a ends, b1, b2, b ends"

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        while let GeneratorState::Yielded(()) = task.resume() {}
    }
}
