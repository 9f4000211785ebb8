//! There are three tasks: a, b and c.
//! ---
//! Es gibt drei Tasks: a, b und c.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    let (mut a, mut b, mut c) = (tasks.pop_front(), tasks.pop_front(), tasks.pop_front());
    let turn = |task: &mut Option<Turns>| {
        if task.as_mut().is_some_and(|task| task.resume() == GeneratorState::Complete(())) {
            *task = None;
        }
    };
    while a.is_some() || b.is_some() || c.is_some() {
        turn(&mut a);
        turn(&mut b);
        turn(&mut c);
    }
}
