//! Puts a task back that has ended.
//! says: resumed after completion

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        task.resume();
        tasks.push_back(task);
    }
}
