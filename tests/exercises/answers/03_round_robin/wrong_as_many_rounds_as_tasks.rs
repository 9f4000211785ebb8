//! As many rounds as there are tasks.
//! ---
//! So viele Runden, wie es Tasks gibt.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    for _ in 0..tasks.len() {
        tasks.retain_mut(|task| task.resume() == GeneratorState::Yielded(()));
    }
}
