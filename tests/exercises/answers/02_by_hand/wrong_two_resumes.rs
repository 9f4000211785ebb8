//! One asks first whether there is a value, then for the value; both with resume.
//! ---
//! Erst fragt man, ob es einen Wert gibt, dann nach dem Wert; beides mit resume.

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
