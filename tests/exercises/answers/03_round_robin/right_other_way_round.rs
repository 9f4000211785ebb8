//! Two deques, one for each round.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while !tasks.is_empty() {
        let mut next = VecDeque::new();
        for mut task in tasks {
            if let GeneratorState::Yielded(()) = task.resume() {
                next.push_back(task);
            }
        }
        tasks = next;
    }
}
