//! 02: driven by hand.

use std::pin::Pin;

use genawaiter::rc::Gen;

use crate::check::{Exercise, same, same_list};
use crate::random::Random;

type Script = Pin<Box<dyn Future<Output = &'static str>>>;

/// The student's function.
type Drive = fn(Gen<u32, (), Script>) -> (Vec<u32>, &'static str);

/// A generator that yields these values and ends with this result.
fn generator(values: Vec<u32>, result: &'static str) -> Gen<u32, (), Script> {
    Gen::new(|co| {
        Box::pin(async move {
            for value in values {
                co.yield_(value).await;
            }
            result
        }) as Script
    })
}

/// The promises of `drive`.
pub fn by_hand(drive: Drive) {
    const EXERCISE: Exercise = Exercise("02_by_hand");
    EXERCISE.promises(
        "`drive` resumes until the generator is complete; it returns all values and the result.",
        "`drive` setzt fort, bis der Generator fertig ist, und gibt alle Werte und das Ergebnis \
         zurück.",
        move || {
            let (english, german) =
                ("`drive` returned something else", "`drive` hat etwas anderes zurückgegeben");
            let first = vec![30, 10, 20, 20, 0, 7];
            same(drive(generator(first.clone(), "lift off")), (first, "lift off"), english, german);
            let second = vec![u32::MAX, 1];
            same(drive(generator(second.clone(), "landed")), (second, "landed"), english, german);
        },
    );
    EXERCISE.is_silent(
        "`drive` prints nothing: it returns what it has.",
        "`drive` gibt nichts aus: Es liefert zurück, was es hat.",
        move || drop(drive(generator(vec![1, 2], "end"))),
    );
    EXERCISE.promises(
        "A generator may end without any yield: no values, only the result.",
        "Ein Generator kann ohne ein einziges yield enden: keine Werte, nur das Ergebnis.",
        move || {
            let (english, german) = ("without a yield", "ohne ein yield");
            same(
                drive(generator(vec![], "nothing to do")),
                (vec![], "nothing to do"),
                english,
                german,
            );
        },
    );
    EXERCISE.promises(
        "However many values there are, and whatever they are, they come in the order of the yields.",
        "Wie viele Werte es auch sind und welche: Sie kommen in der Reihenfolge der yields.",
        move || {
            let many: Vec<u32> = (0..1000).map(|i| i * 7919 % 1000).collect();
            let (values, result) = drive(generator(many.clone(), " after a thousand\n"));
            same_list(&values, &many, "of a thousand values", "von tausend Werten");
            same(result, " after a thousand\n", "the result", "das Ergebnis");
            let mut random = Random::new();
            for _ in 0..10 {
                let drawn: Vec<_> = (0..random.below(20)).map(|_| random.below(5) as u32).collect();
                let result = ["this", "that", ""][random.below(3)];
                let (english, german) = ("of values drawn at random", "von zufälligen Werten");
                same(drive(generator(drawn.clone(), result)), (drawn, result), english, german);
            }
        },
    );
}
