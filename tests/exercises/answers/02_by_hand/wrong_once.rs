//! One resume runs the generator to its end.
//! ---
//! Ein resume lässt den Generator bis zum Ende laufen.

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
