//! # 02 · Driven by hand / Von Hand
//!
//! Why: only `resume` knows whether there is one more value, so each turn of the loop asks it once
//! and looks at the answer. `return` leaves the loop in the very turn that is told "complete", so
//! that nobody resumes after the end. `while let GeneratorState::Yielded(…)` loses the result,
//! unless you keep the state in a variable; a recursive function is fine, too.
//!
//! ---
//!
//! Warum: Nur `resume` weiß, ob noch ein Wert kommt. Also fragt jeder Durchlauf der Schleife
//! einmal und sieht sich die Antwort an. `return` verlässt die Schleife in dem Durchlauf, der
//! "fertig" erfährt; so setzt niemand nach dem Ende fort. `while let GeneratorState::Yielded(…)`
//! verliert das Ergebnis, es sei denn, man merkt sich den Zustand in einer Variablen. Auch eine
//! rekursive Funktion ist richtig.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::check;

    #[test]
    fn it_returns_all_values_and_the_result() {
        check(
            "`drive` resumes until the generator is complete; it returns all values and the result.",
            "`drive` setzt fort, bis der Generator fertig ist, und gibt alle Werte und das \
             Ergebnis zurück.",
            || {
                let generator = Gen::new(|co| async move {
                    co.yield_(10).await;
                    co.yield_(20).await;
                    co.yield_(20).await;
                    "lift off"
                });
                assert_eq!(drive(generator), (vec![10, 20, 20], "lift off"));
            },
        );
    }

    #[test]
    fn a_generator_without_a_yield_has_only_a_result() {
        check(
            "A generator may end without any yield: no values, only the result.",
            "Ein Generator kann ohne ein einziges yield enden: keine Werte, nur das Ergebnis.",
            || {
                let generator = Gen::new(|_co| async { "nothing to do" });
                assert_eq!(drive(generator), (vec![], "nothing to do"));
            },
        );
    }
}
