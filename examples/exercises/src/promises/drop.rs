//! 04: what drop does.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use genawaiter::rc::{Co, Gen};

use crate::check::{Exercise, same};
use crate::{Log, NOTED};

/// The promises of `visitor`.
pub fn drop<F, V>(visitor: F)
where
    F: Fn(Co<()>, Log) -> V + Copy + Send + 'static,
    V: Future<Output = ()> + 'static,
{
    const EXERCISE: Exercise = Exercise("04_drop");
    /// What is in the log after so many resumes, and after the task was dropped.
    fn visit<V: Future<Output = ()>>(
        visitor: impl Fn(Co<()>, Log) -> V,
        resumes: usize,
        log: &Log,
    ) {
        let mut generator = Gen::new(|co| visitor(co, log.clone()));
        for _ in 0..resumes {
            let _ = generator.resume();
        }
        log.push("|");
        std::mem::drop(generator);
    }
    EXERCISE.promises(
        "A task that is dropped at a `yield` closes its door then; one that runs to its end closes it \
         there; each closes it once (`|` is where the task is dropped).",
        "Eine Task, die an einem `yield` verworfen wird, schließt dabei ihre Tür; eine, die bis zum \
         Ende läuft, schließt sie dort; jede genau einmal (`|` zeigt, wo die Task verworfen wird).",
        move || {
            let before = NOTED.get();
            let mut noted = 0;
            let logs = [1, 2, 3].map(|resumes| {
                let log = Log::new();
                visit(visitor, resumes, &log);
                let text = log.text();
                noted += text.split(", ").count();
                text
            });
            let (english, german) = match NOTED.get() - before == noted {
                true => ("", ""),
                false => ("; and something was noted in another log", "; und in einem anderen Log steht etwas"),
            };
            same(
                logs.join("; "),
                "door opened, |, door closed; door opened, half way, |, door closed; \
                 door opened, half way, door closed, |",
                &format!("dropped at the first yield; at the second; resumed to the end{english}"),
                &format!("am ersten yield verworfen; am zweiten; bis zum Ende fortgesetzt{german}"),
            );
        },
    );
    EXERCISE.promises(
        "A task that was never resumed has not opened a door: there is nothing to close.",
        "Eine Task, die nie lief, hat keine Tür geöffnet: Es gibt nichts zu schließen.",
        move || {
            let log = Log::new();
            visit(visitor, 0, &log);
            same(log.text().as_str(), "|", "never resumed", "nie fortgesetzt");
        },
    );
    EXERCISE.promises(
        "Each visitor has a door of its own, and closes it whatever the others do.",
        "Jeder Besucher hat seine eigene Tür und schließt sie, was immer die anderen tun.",
        move || {
            let log = Log::new();
            ["window closed"; 2].into_iter().for_each(|line| log.push(line));
            visit(visitor, 1, &log);
            let inside = [(); 2].map(|()| {
                let mut generator = Gen::new(|co| visitor(co, log.clone()));
                let _ = generator.resume();
                generator
            });
            visit(visitor, 3, &log);
            std::mem::drop(inside);
            same(
                log.text().as_str(),
                "window closed, window closed, door opened, |, door closed, door opened, door opened, \
                 door opened, half way, door closed, |, door closed, door closed",
                "one comes and is dropped; two come; a fourth comes and goes; the two are dropped",
                "einer kommt und wird verworfen; zwei kommen; ein vierter kommt und geht; die zwei \
                 werden verworfen",
            );
        },
    );
    EXERCISE.promises(
        "It closes its door in any case, also when it is dropped because of a panic.",
        "Sie schließt ihre Tür auf jeden Fall, auch wenn sie wegen einer Panic verworfen wird.",
        move || {
            let log = Log::new();
            let panics = || {
                let mut generator = Gen::new(|co| visitor(co, log.clone()));
                let _ = generator.resume();
                resume_unwind(Box::new(()));
            };
            let _ = catch_unwind(AssertUnwindSafe(panics));
            same(
                log.text().as_str(),
                "door opened, door closed",
                "dropped by a panic at the first yield",
                "durch eine Panic am ersten yield verworfen",
            );
        },
    );
}
