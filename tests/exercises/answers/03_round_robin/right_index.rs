//! An index that stays where a task has left.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let mut i = 0;
    while !tasks.is_empty() {
        if i >= tasks.len() {
            i = 0;
        }
        match tasks[i].resume() {
            GeneratorState::Yielded(()) => i += 1,
            GeneratorState::Complete(()) => drop(tasks.remove(i)),
        }
    }
}
