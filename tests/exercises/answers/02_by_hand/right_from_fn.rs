//! An iterator that keeps the result aside.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut end = None;
    let values = std::iter::from_fn(|| match generator.resume() {
        GeneratorState::Yielded(value) => Some(value),
        GeneratorState::Complete(result) => {
            end = Some(result);
            None
        }
    })
    .collect();
    (values, end.expect("it has ended"))
}
