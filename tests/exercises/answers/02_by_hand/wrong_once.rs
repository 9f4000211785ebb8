//! Resumes only once.
//! says: "no result yet"

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    match generator.resume() {
        GeneratorState::Yielded(value) => (vec![value], "no result yet"),
        GeneratorState::Complete(result) => (vec![], result),
    }
}
