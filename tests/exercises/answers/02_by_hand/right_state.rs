//! The state in a variable, and `while let`.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    let mut state = generator.resume();
    while let GeneratorState::Yielded(value) = state {
        values.push(value);
        state = generator.resume();
    }
    let GeneratorState::Complete(result) = state else { unreachable!() };
    (values, result)
}
