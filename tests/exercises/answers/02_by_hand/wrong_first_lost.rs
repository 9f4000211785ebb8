//! A generator must be started first; the first resume has no value yet.
//! ---
//! Ein Generator muss erst gestartet werden; das erste resume hat noch keinen Wert.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    generator.resume();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
