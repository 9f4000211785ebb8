//! The loop goes on as long as there is no result.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    let mut end = None;
    while end.is_none() {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => end = Some(result),
        }
    }
    (values, end.unwrap())
}
