//! Puts the task back at the front: nobody else has a turn before it ends.
//! says: your code: "a1, a2, a ends, b1, b2, b ends"

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
