//! A `loop`, and `let … else`.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    loop {
        let Some(mut task) = tasks.pop_front() else { break };
        let state = task.resume();
        if let GeneratorState::Yielded(()) = state {
            tasks.push_back(task)
        }
    }
}
