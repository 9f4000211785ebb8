//! A zero is no value.
//! ---
//! Eine Null ist kein Wert.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) if value > 0 => values.push(value),
            GeneratorState::Yielded(_) => (),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
