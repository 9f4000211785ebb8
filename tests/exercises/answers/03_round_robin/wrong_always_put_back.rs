//! A task notices by itself that it has ended; it can always be put back.
//! ---
//! Eine Task merkt selbst, dass sie fertig ist; zurückstellen darf man sie immer.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        task.resume();
        tasks.push_back(task);
    }
}
