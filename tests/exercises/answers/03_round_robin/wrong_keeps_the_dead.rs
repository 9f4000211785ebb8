//! A task that is complete does no harm: it can be kept until everything is over.
//! ---
//! Eine fertige Task stört nicht: Man kann sie aufheben, bis alles vorbei ist.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let mut complete = Vec::new();
    while let Some(mut task) = tasks.pop_front() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_back(task),
            GeneratorState::Complete(()) => complete.push(task),
        }
    }
}
