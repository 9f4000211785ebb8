//! # 03 · Round robin / Reihum
//!
//! Three generators, one thread: who runs when? The simplest answer is a deque, a row with two
//! ends. Take the task at the front, resume it once, and if it has yielded, put it back at the
//! end. So each task that is still alive has one turn a round, and none is left out.
//!
//! Write `run`: it drives all tasks until none is left. A task that is complete is not put back.
//! `VecDeque` has `pop_front`, `push_back`, `pop_back` and `push_front`. Choose with care.
//!
//! ---
//!
//! Drei Generatoren, ein Thread: Wer läuft wann? Die einfachste Antwort ist eine Deque, eine Reihe
//! mit zwei Enden. Nimm die vorderste Task, setze sie einmal fort, und wenn sie ein `yield`
//! erreicht hat, stell sie hinten wieder an. So kommt jede Task, die noch lebt, einmal pro Runde
//! dran, und keine wird vergessen.
//!
//! Schreib `run`: Die Funktion treibt alle Tasks an, bis keine mehr übrig ist. Eine fertige Task
//! kommt nicht zurück in die Deque. `VecDeque` hat `pop_front`, `push_back`, `pop_back` und
//! `push_front`. Wähle mit Bedacht.

use std::collections::VecDeque;

use exercises::Turns;
use genawaiter::GeneratorState;

// `Turns` is a task that yields nothing but its turn: `GeneratorState::Yielded(())`.
fn run(mut tasks: VecDeque<Turns>) {
    // TODO: while there are tasks: take one, resume it once, and put it back if it yielded.
    // `while let Some(mut task) = tasks.…()` takes one, until there is none.
    todo!("take the task at the front, resume it once, put it back at the end")
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
