//! # 02 · Driven by hand / Von Hand
//!
//! A generator does nothing by itself. Each `generator.resume()` runs it up to its next `yield`
//! or to its end, and says which: `GeneratorState::Yielded(value)` or
//! `GeneratorState::Complete(result)`. After its end it must not be resumed again: Python raises
//! `StopIteration`, Rust panics.
//!
//! Write `drive`: it resumes the generator to its end, and returns the yielded values, in their
//! order, and the result. Use `resume` and `match`, not `for`: the scheduler will need them.
//!
//! ---
//!
//! Von selbst tut ein Generator nichts. Jedes `generator.resume()` lässt ihn bis zum nächsten
//! `yield` oder bis zu seinem Ende laufen und sagt, was davon es war:
//! `GeneratorState::Yielded(wert)` oder `GeneratorState::Complete(ergebnis)`. Nach dem Ende darf
//! man ihn nicht mehr fortsetzen: Python wirft `StopIteration`, Rust bricht mit einer Panic ab.
//!
//! Schreib `drive`: Die Funktion setzt den Generator bis zu seinem Ende fort und gibt die Werte
//! in ihrer Reihenfolge zurück, dazu das Ergebnis. Nimm `resume` und `match`, nicht `for`: Der
//! Scheduler wird beides brauchen.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    // TODO: resume it in a `loop { … }`, until it is complete. `values.push(value)` keeps a value,
    // `return (values, result);` leaves the loop and the function.
    match generator.resume() {
        GeneratorState::Yielded(value) => todo!("keep the value, and resume again"),
        GeneratorState::Complete(result) => (values, result),
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
