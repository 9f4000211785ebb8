//! When only one is left there is nobody to take turns with.
//! ---
//! Wenn nur noch eine übrig ist, gibt es niemanden mehr, der sich abwechselt.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while tasks.len() > 1 {
        let Some(mut task) = tasks.pop_front() else { return };
        if task.resume() == GeneratorState::Yielded(()) {
            tasks.push_back(task);
        }
    }
}
