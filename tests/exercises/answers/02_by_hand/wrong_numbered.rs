//! What counts is how often it has yielded.
//! ---
//! Es kommt darauf an, wie oft er etwas geliefert hat.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(_) => values.push(values.len() as u32),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
