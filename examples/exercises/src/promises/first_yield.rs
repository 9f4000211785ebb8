//! 01: the first yield.

use genawaiter::rc::{Co, Gen};

use crate::check::{Exercise, same, same_list};
use crate::random::Random;

/// The promises of `countdown`.
pub fn first_yield<F, C>(countdown: F)
where
    F: Fn(Co<u32>, u32) -> C + Copy + Send + 'static,
    C: Future<Output = ()>,
{
    const EXERCISE: Exercise = Exercise("01_first_yield");
    // One that never ends is stopped after so many.
    let numbers = move |n: u32, most: u32| -> Vec<u32> {
        Gen::new(|co| countdown(co, n)).into_iter().take(most as usize).collect()
    };
    let counts = move |n: u32| {
        let expected: Vec<u32> = (1..=n).rev().collect();
        same_list(
            &numbers(n, n + 3),
            &expected,
            &format!("countdown(co, {n}) yielded other numbers"),
            &format!("countdown(co, {n}) hat andere Zahlen geliefert"),
        );
    };
    EXERCISE.promises(
        "`countdown` yields n, n - 1, … down to 1, each number once.",
        "`countdown` liefert n, n - 1, … bis 1, jede Zahl einmal.",
        move || {
            [3, 5, 1].into_iter().for_each(counts);
        },
    );
    EXERCISE.is_silent(
        "`countdown` prints nothing: what becomes of the numbers is the caller's business.",
        "`countdown` gibt nichts aus: Was aus den Zahlen wird, ist Sache des Aufrufers.",
        move || drop(numbers(3, 5)),
    );
    EXERCISE.promises(
        "A countdown from 0 yields nothing; it just ends.",
        "Ein Countdown ab 0 liefert nichts, er endet gleich.",
        move || counts(0),
    );
    EXERCISE.promises(
        "It counts down from any n, also from a large one.",
        "Er zählt von jedem n herunter, auch von einem großen.",
        move || {
            counts(5000);
            let mut random = Random::new();
            (0..10).for_each(|_| {
                let n = 2 + random.below(300) as u32;
                same_list(
                    &numbers(n, n + 3),
                    &(1..=n).rev().collect::<Vec<_>>(),
                    "countdown(co, n) yielded other numbers, with an n drawn at random",
                    "countdown(co, n) hat andere Zahlen geliefert, mit einem zufälligen n",
                );
            });
        },
    );
    EXERCISE.promises(
        "Several countdowns at once do not know each other: each goes on where it has stopped.",
        "Mehrere Countdowns zugleich wissen nichts voneinander: Jeder macht weiter, wo er anhielt.",
        move || {
            let mut two = [5, 3].map(|n| Gen::new(|co| countdown(co, n)).into_iter());
            let turns = [0, 1, 1, 0, 0, 1, 0];
            same(
                turns.map(|which| two[which].next()),
                [5, 3, 2, 4, 3, 1, 2].map(Some),
                "one from 5 and one from 3, resumed in turns",
                "einer ab 5 und einer ab 3, abwechselnd fortgesetzt",
            );
        },
    );
}
