//! No generator yields more than a hundred values.
//! ---
//! Kein Generator liefert mehr als hundert Werte.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    for _ in 0..100 {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
    (values, "too long")
}
