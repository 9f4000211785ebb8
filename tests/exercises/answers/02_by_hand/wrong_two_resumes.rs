//! Resumes twice a turn: once in the condition, once for the value.
//! says: What is asked

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    while let GeneratorState::Yielded(_) = generator.resume() {
        if let GeneratorState::Yielded(value) = generator.resume() {
            values.push(value);
        }
    }
    (values, "lift off")
}
