//! `state` changes by itself when the loop comes round.
//! ---
//! `state` ändert sich von selbst, wenn die Schleife von vorn beginnt.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    let state = generator.resume();
    loop {
        match state {
            GeneratorState::Yielded(value) => values = vec![value],
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
