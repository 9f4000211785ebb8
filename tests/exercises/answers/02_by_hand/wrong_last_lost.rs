//! The last value belongs to the end, it is not one of the values.
//! ---
//! Der letzte Wert gehört zum Ende, er ist keiner der Werte.

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
                values.pop();
                return (values, result);
            }
        }
    }
}
