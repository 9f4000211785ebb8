//! `while let` ends with the loop; then one more resume fetches the result.
//! ---
//! `while let` beendet die Schleife; dann holt noch ein resume das Ergebnis.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    while let GeneratorState::Yielded(value) = generator.resume() {
        values.push(value);
    }
    match generator.resume() {
        GeneratorState::Complete(result) => (values, result),
        GeneratorState::Yielded(_) => (values, ""),
    }
}
