//! Looks at the front, and rotates.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(task) = tasks.front_mut() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.rotate_left(1),
            GeneratorState::Complete(()) => {
                tasks.pop_front();
            }
        }
    }
}
