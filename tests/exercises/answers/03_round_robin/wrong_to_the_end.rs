//! A turn lasts until the task has ended.
//! ---
//! Wer dran ist, ist dran, bis er fertig ist.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        while let GeneratorState::Yielded(()) = task.resume() {}
    }
}
