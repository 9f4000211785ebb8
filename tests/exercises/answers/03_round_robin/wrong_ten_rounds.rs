//! Ten rounds are enough for everybody.
//! ---
//! Zehn Runden genügen für alle.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    for _ in 0..10 {
        for _ in 0..tasks.len() {
            let Some(mut task) = tasks.pop_front() else { return };
            if task.resume() == GeneratorState::Yielded(()) {
                tasks.push_back(task);
            }
        }
    }
}
