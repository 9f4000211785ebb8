//! `let … else` for the value.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        let state = generator.resume();
        let GeneratorState::Yielded(value) = state else {
            let GeneratorState::Complete(result) = state else { unreachable!() };
            return (values, result);
        };
        values.push(value);
    }
}
