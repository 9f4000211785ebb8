//! Never looks at the result.
//! says: expected: ([], "nothing to do")

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
