//! A deque, but from behind: the last task begins.
//! says: your code: "b1, a1, b2, a2, b ends, a ends"

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
