//! Without values there is no result either.
//! ---
//! Ohne Werte gibt es auch kein Ergebnis.

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
            GeneratorState::Complete(_) if values.is_empty() => return (values, ""),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
