//! The numbers are small.
//! ---
//! Die Zahlen sind klein.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(u32::from(value as u16)),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
