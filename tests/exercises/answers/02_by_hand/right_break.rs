//! `break` with a value, and `if let`.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = vec![];
    let result = loop {
        let state = generator.resume();
        if let GeneratorState::Yielded(value) = state {
            values.push(value);
            continue;
        }
        if let GeneratorState::Complete(result) = state {
            break result;
        }
    };
    (values, result)
}
