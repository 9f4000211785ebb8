//! `pop_front` in the condition only asks whether there is a task.
//! ---
//! `pop_front` in der Bedingung fragt nur, ob noch eine Task da ist.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while tasks.pop_front().is_some() {
        let Some(mut task) = tasks.pop_front() else { return };
        if task.resume() == GeneratorState::Yielded(()) {
            tasks.push_back(task);
        }
    }
}
