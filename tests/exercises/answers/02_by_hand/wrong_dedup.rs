//! A value that was there already is not a new one.
//! ---
//! Ein Wert, der schon da war, ist kein neuer.

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
            GeneratorState::Complete(result) => {
                values.dedup();
                return (values, result);
            }
        }
    }
}
