//! # 03 · Round robin / Reihum
//!
//! Why: first in, first out is what makes it fair. A task that is put back at the end has all the
//! others before it; put back at the front, it would run to its end before anybody else began.
//! Taking at the back and putting back at the front is a queue, too, but starts with the last task.
//! A loop over rounds that keeps those still alive in a second deque is right as well.
//!
//! ---
//!
//! Warum: Gerecht ist es, weil zuerst drankommt, wer zuerst da war. Wer hinten angestellt wird, hat
//! alle anderen vor sich; vorn eingereiht, liefe eine Task bis zu ihrem Ende, bevor eine andere
//! auch nur anfängt. Hinten nehmen und vorn einreihen ergibt auch eine Schlange, beginnt aber mit
//! der letzten Task. Richtig ist auch eine Schleife über die Runden, die in einer zweiten Deque
//! sammelt, wer noch lebt.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

fn run(mut tasks: VecDeque<Turns>) {
    while let Some(mut task) = tasks.pop_front() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_back(task),
            GeneratorState::Complete(()) => (),
        }
    }
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Log, check, turns};

    fn counter(log: &Log, name: &'static str, times: u32) -> Turns {
        let log = log.clone();
        turns(move |co| async move {
            for i in 1..=times {
                log.push(format!("{name}{i}"));
                co.yield_(()).await;
            }
            log.push(format!("{name} ends"));
        })
    }

    #[test]
    fn each_task_has_one_turn_a_round() {
        check(
            "Each task has one turn a round, in the order of the deque.",
            "Jede Task kommt einmal pro Runde dran, in der Reihenfolge der Deque.",
            || {
                let log = Log::new();
                run(VecDeque::from([counter(&log, "a", 2), counter(&log, "b", 2)]));
                assert_eq!(log.text(), "a1, b1, a2, b2, a ends, b ends", "the turns were others");
            },
        );
    }

    #[test]
    fn a_task_that_ends_leaves_the_others_their_turns() {
        check(
            "A short task ends, the others go on; `run` returns when all have ended.",
            "Eine kurze Task endet, die anderen machen weiter; `run` kehrt zurück, wenn alle \
             fertig sind.",
            || {
                let log = Log::new();
                run(VecDeque::from([
                    counter(&log, "a", 2),
                    counter(&log, "b", 0),
                    counter(&log, "c", 1),
                ]));
                assert_eq!(
                    log.text(),
                    "a1, b ends, c1, a2, c ends, a ends",
                    "the turns were others"
                );
            },
        );
    }

    #[test]
    fn without_tasks_there_is_nothing_to_do() {
        check(
            "With an empty deque, `run` returns at once.",
            "Mit einer leeren Deque kehrt `run` sofort zurück.",
            || run(VecDeque::new()),
        );
    }
}
