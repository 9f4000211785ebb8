//! Only the newest value counts.
//! ---
//! Nur der neueste Wert zählt.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => values = vec![value],
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
