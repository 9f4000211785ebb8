//! Forgets to put the task back.
//! says: your code: "a1, b1"

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        task.resume();
    }
}
