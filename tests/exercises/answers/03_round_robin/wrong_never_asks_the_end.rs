//! `resume` of a task that has ended does nothing.
//! ---
//! Ein `resume` nach dem Ende bewirkt nichts.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    for _ in 0..1000 {
        for task in &mut tasks {
            let _ = task.resume();
        }
    }
}
