//! After "complete" the loop goes on by itself and stops somehow.
//! ---
//! Nach „fertig“ läuft die Schleife eben weiter und hört schon irgendwie auf.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    let mut result = "";
    for _ in 0..100 {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(end) => result = end,
        }
    }
    (values, result)
}
