//! Looks whether there are tasks, and never takes one.
//! says: Your code did not finish within 2 s

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while !tasks.is_empty() {
        let _first = tasks.front_mut();
    }
}
