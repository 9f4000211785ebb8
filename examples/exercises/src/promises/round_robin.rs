//! 03: round robin.

use std::collections::VecDeque;

use genawaiter::rc::{Co, Gen};

use crate::check::{Exercise, same, same_list};
use crate::random::Random;
use crate::turns::Dropped;
use crate::{Log, Turns, turns};

/// A task that says what it does: it has so many turns, and one more in which it ends.
fn counter(name: char, times: usize, said: &Log, gone: &Log) -> Turns {
    let (said, gone) = (said.clone(), gone.clone());
    Gen::new(|co: Co<()>| {
        let future = async move {
            for i in 1..=times {
                said.push(format!("{name}{i}"));
                co.yield_(()).await;
            }
            said.push(format!("{name} ends"));
        };
        Box::new(Dropped::new(future, name, &gone)) as Box<dyn Future<Output = ()> + Unpin>
    })
}

/// What they should say.
fn rounds(times: &[usize]) -> Vec<String> {
    let last = times.iter().max().map_or(0, |most| most + 1);
    let turn = |i: usize, (name, &times): (char, &usize)| match i {
        _ if i <= times => Some(format!("{name}{i}")),
        _ if i == times + 1 => Some(format!("{name} ends")),
        _ => None,
    };
    (1..=last).flat_map(|i| ('a'..).zip(times).filter_map(move |task| turn(i, task))).collect()
}

/// The promises of `run`.
pub fn round_robin(run: fn(VecDeque<Turns>)) {
    const EXERCISE: Exercise = Exercise("03_round_robin");
    let check = move |times: &[usize], english: &str, german: &str| {
        let (log, gone) = (Log::new(), Log::new());
        run(('a'..).zip(times).map(|(name, &times)| counter(name, times, &log, &gone)).collect());
        let said = log.text();
        let said: Vec<_> = said.split(", ").filter(|turn| !turn.is_empty()).collect();
        same_list(
            &said,
            &rounds(times).iter().map(String::as_str).collect::<Vec<_>>(),
            english,
            german,
        );
    };
    let others = ("the turns were others", "es waren andere dran");
    EXERCISE.promises(
        "Each task has one turn a round, in the order of the deque.",
        "Jede Task kommt einmal pro Runde dran, in der Reihenfolge der Deque.",
        move || {
            check(&[2, 2], others.0, others.1);
            check(&[3, 3, 3, 3, 3], others.0, others.1);
        },
    );
    EXERCISE.promises(
        "A short task ends, the others go on; `run` returns when all have ended.",
        "Eine kurze Task endet, die anderen machen weiter; `run` kehrt zurück, wenn alle fertig sind.",
        move || {
            check(&[2, 0, 1], others.0, others.1);
            check(&[1, 3, 0, 2, 0, 1], others.0, others.1);
            check(&[1, 30], others.0, others.1);
        },
    );
    EXERCISE.promises(
        "With an empty deque, `run` returns at once.",
        "Mit einer leeren Deque kehrt `run` sofort zurück.",
        move || run(VecDeque::new()),
    );
    EXERCISE.promises(
        "It does so with any number of tasks and of rounds.",
        "Das gilt für jede Zahl von Tasks und von Runden.",
        move || {
            let mut random = Random::new();
            for _ in 0..20 {
                let times: Vec<_> = (0..1 + random.below(15)).map(|_| random.below(40)).collect();
                check(
                    &times,
                    "the turns were others, with tasks drawn at random",
                    "es waren andere dran, mit zufälligen Tasks",
                );
            }
        },
    );
    EXERCISE.promises(
        "A task that is complete is dropped, not kept: what it held is free while the others go on.",
        "Eine fertige Task wird verworfen, nicht aufgehoben: Was sie hielt, ist frei, während die \
         anderen weitermachen.",
        move || {
            let (said, gone, seen) = (Log::new(), Log::new(), Log::new());
            let witness = {
                let (gone, seen) = (gone.clone(), seen.clone());
                turns(move |co| async move {
                    for _ in 0..9 {
                        co.yield_(()).await;
                    }
                    seen.push(gone.text());
                })
            };
            run([counter('a', 1, &said, &gone), counter('b', 2, &said, &gone), witness].into());
            same(
                seen.text().as_str(),
                "a, b",
                "which of a and b, that have ended, were dropped while a third went on",
                "welche der fertigen Tasks a und b verworfen waren, während eine dritte weitermachte",
            );
        },
    );
}
