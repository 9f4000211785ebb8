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
