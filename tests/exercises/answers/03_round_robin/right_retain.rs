//! The deque stays where it is; who has ended is taken out.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while !tasks.is_empty() {
        tasks.retain_mut(|task| task.resume() == GeneratorState::Yielded(()));
    }
}
