//! # 02 · Driven by hand / Von Hand
//!
//! Its Rust: ../../docs/en/rust.md, "Loops", "match", "Lists and bytes".
//!
//! A generator does nothing by itself. Each `generator.resume()` runs it up to its next `yield`
//! or to its end, and says which: `GeneratorState::Yielded(value)` or
//! `GeneratorState::Complete(result)`. After its end it must not be resumed again: Python raises
//! `StopIteration`, Rust panics.
//!
//! Write `drive`: it resumes the generator to its end, and returns the yielded values, in their
//! order, and the result. Use `resume` and `match`, not `for`: the scheduler will need them. It
//! prints nothing. `match` looks at a value and takes the first arm that fits; a name in the arm's
//! pattern, such as `value`, is what was inside.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Schleifen“, „match“, „Listen und Bytes“.
//!
//! Von selbst tut ein Generator nichts. Jedes `generator.resume()` lässt ihn bis zum nächsten
//! `yield` oder bis zu seinem Ende laufen und sagt, was davon es war:
//! `GeneratorState::Yielded(wert)` oder `GeneratorState::Complete(ergebnis)`. Nach dem Ende darf
//! man ihn nicht mehr fortsetzen: Python löst `StopIteration` aus, Rust bricht mit einer Panic ab.
//!
//! Schreib `drive`: Die Funktion setzt den Generator bis zu seinem Ende fort und gibt die
//! gelieferten Werte in ihrer Reihenfolge zurück, dazu das Ergebnis. Nimm `resume` und `match`,
//! nicht `for`: Der Scheduler wird beides brauchen. Ausgegeben wird nichts. `match` sieht sich
//! einen Wert an und nimmt den ersten Zweig, der passt; ein Name im Muster, etwa `value`, steht
//! für das, was darin ist.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    // TODO: resume it in a `loop { … }`, until it is complete. `values.push(value)` keeps a value,
    // `return (values, result);` leaves the loop and the function.
    // TODO (de): Setze ihn in einem `loop { … }` fort, bis er fertig ist. `values.push(value)` hängt
    // einen Wert an, `return (values, result);` verlässt die Schleife und die Funktion.
    match generator.resume() {
        GeneratorState::Yielded(value) => todo!("keep it, and go on / häng ihn an und mach weiter"),
        GeneratorState::Complete(result) => (values, result),
    }
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/by_hand.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::by_hand(super::drive);
    }
}
