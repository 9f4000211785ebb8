//! Resumed is done: nobody has to be put back.
//! ---
//! Fortgesetzt ist erledigt: Zurückstellen muss man niemanden.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        task.resume();
    }
}
