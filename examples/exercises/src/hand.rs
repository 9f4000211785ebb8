//! A task that a test drives by hand, as the scheduler would.

use std::io;
use std::panic::resume_unwind;
use std::time::Duration;

use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

use crate::check::complain;
use crate::select::ask;

/// Nobody needs a hundredth of it for what a test has to say.
const TURNS: usize = 10_000;

/// A task, and what it waits for.
pub(crate) struct ByHand {
    task: Task,
    /// What it has yielded last: nothing yet, or nothing any more.
    pub(crate) wait: Option<(Op, RawFd)>,
    pub(crate) ended: Option<io::Result<()>>,
}

impl ByHand {
    pub(crate) fn new(task: Task) -> ByHand {
        ByHand { task, wait: None, ended: None }
    }

    /// Resumes it once.
    pub(crate) fn turn(&mut self) {
        match self.task.resume() {
            GeneratorState::Yielded(pair) => self.wait = Some(pair),
            GeneratorState::Complete(result) => {
                // A panic ends a task with an error, but it is none that the student returned.
                let error = result.as_ref().err().map(ToString::to_string);
                if let Some(panic) =
                    error.as_deref().and_then(|text| text.strip_prefix("panicked: "))
                {
                    resume_unwind(Box::new(panic.to_string())); // it is said already
                }
                (self.wait, self.ended) = (None, Some(result));
            }
        }
    }

    /// Resumes it until it waits for something that is not there, or has ended.
    pub(crate) fn go_on(&mut self) {
        for _ in 0..TURNS {
            if self.ended.is_some() || self.wait.is_some_and(|wait| !is_ready(wait)) {
                return;
            }
            self.turn();
        }
        complain(
            "it does not wait: it was resumed again and again, and had always something to do",
            "es wartet nicht: Es wurde immer wieder fortgesetzt und hatte immer etwas zu tun",
        );
    }
}

/// Whether a task that waits for this can go on.
pub(crate) fn is_ready(wait: (Op, RawFd)) -> bool {
    !ask(&[wait], Some(Duration::ZERO)).is_empty()
}
