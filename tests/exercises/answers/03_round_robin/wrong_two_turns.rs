//! A task may go on once more before it has to queue up.
//! ---
//! Eine Task darf noch einmal weitermachen, bevor sie sich anstellen muss.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        let go_on = GeneratorState::Yielded(());
        if task.resume() == go_on && task.resume() == go_on {
            tasks.push_back(task);
        }
    }
}
