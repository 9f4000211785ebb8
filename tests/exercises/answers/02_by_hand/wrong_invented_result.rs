//! What matters are the values; what the end returns is always the same.
//! ---
//! Wichtig sind die Werte; was das Ende liefert, ist immer gleich.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    while let GeneratorState::Yielded(value) = generator.resume() {
        values.push(value);
    }
    (values, "lift off")
}
