//! A value that repeats means that it goes in circles: stop.
//! ---
//! Ein Wert, der sich wiederholt, heißt, dass er im Kreis läuft: Schluss.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values: Vec<u32> = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) if values.last() == Some(&value) => {
                return (values, "in circles");
            }
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
