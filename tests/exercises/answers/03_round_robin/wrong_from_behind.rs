//! The end where one takes and the end where one puts may be swapped.
//! ---
//! Wo man nimmt und wo man anstellt, das darf man vertauschen.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_back() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_front(task),
            GeneratorState::Complete(()) => (),
        }
    }
}
