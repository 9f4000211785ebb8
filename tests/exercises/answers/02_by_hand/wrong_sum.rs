//! The values are added up.
//! ---
//! Die Werte werden zusammengezählt.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut sum = 0_u32;
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => sum = sum.wrapping_add(value),
            GeneratorState::Complete(result) => return (vec![sum], result),
        }
    }
}
