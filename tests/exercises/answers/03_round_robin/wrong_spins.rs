//! As long as there are tasks, the loop runs them; nobody has to take them out.
//! ---
//! Solange Tasks da sind, lässt die Schleife sie laufen; herausnehmen muss man sie nicht.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while !tasks.is_empty() {
        let _first = tasks.front_mut();
    }
}
