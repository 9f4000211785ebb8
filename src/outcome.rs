//! What became of the tasks.

use std::io;
use std::process::{ExitCode, Termination};

use crate::guard::guard;
use crate::observe::TaskId;
use crate::print::print_error;

/// So many failures are kept, the first ones; all are counted.
const MOST: usize = 100;

/// What [`run`](crate::run) returns: which tasks have failed, and with what. `main` can return it: the
/// process ends with success (0), or with failure (1) if any task failed.
///
/// ```
/// use std::io;
/// use genlab::{Tasks, run, task};
///
/// let tasks = Tasks::new();
/// tasks.append(task(|_co| async { Ok(()) }));
/// tasks.append(task(|_co| async { Err(io::Error::other("no more")) }));
/// let outcome = run(&tasks);
/// assert!(!outcome.is_success());
/// assert_eq!(outcome.failures()[0].error.to_string(), "no more");
/// ```
#[derive(Debug, Default)]
pub struct Outcome {
    failures: Vec<Failure>,
    failed: usize,
}

/// A task that has failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// Which one.
    pub task: TaskId,
    /// What it returned, or what was thrown into it.
    pub error: io::Error,
}

impl Outcome {
    /// Whether no task has failed.
    pub fn is_success(&self) -> bool {
        self.failed == 0
    }

    /// How many tasks have failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// The tasks that have failed, in the order in which they did; of more than 100 only the first
    /// 100, since a server that runs for years has many clients that reset their connection.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Says the error on stderr, and keeps it.
    pub(crate) fn fail(&mut self, task: TaskId, error: io::Error) {
        // An error can be a type of the task's own: what puts it into words may panic.
        let words = guard(|| error.to_string());
        let words = words.unwrap_or_else(|words| words);
        // A client may have got line ends into the error: escaped, so that it stays one line.
        let line = words.chars().fold(String::new(), |mut line, c| {
            match c.is_control() {
                true => line.extend(c.escape_default()),
                false => line.push(c),
            }
            line
        });
        print_error(format!("{}: {line}", task.name));
        self.failed += 1;
        if self.failures.len() < MOST {
            self.failures.push(Failure { task, error });
        } else {
            let _ = guard(|| drop(error));
        }
    }
}

impl Drop for Outcome {
    /// The errors' destructors may panic, and two panics at a time would end the process.
    fn drop(&mut self) {
        for failure in self.failures.drain(..) {
            let _ = guard(|| drop(failure));
        }
    }
}

impl Termination for Outcome {
    fn report(self) -> ExitCode {
        self.into()
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(u8::from(!outcome.is_success()))
    }
}
