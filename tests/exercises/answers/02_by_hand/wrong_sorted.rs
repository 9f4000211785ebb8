//! The values are wanted in their order, so they are sorted.
//! ---
//! Die Werte sollen in ihrer Reihenfolge kommen, also werden sie sortiert.

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
                values.sort();
                return (values, result);
            }
        }
    }
}
