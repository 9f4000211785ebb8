//! One asks once for the value and once for the end.
//! ---
//! Man fragt einmal nach dem Wert und einmal nach dem Ende.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        if let GeneratorState::Yielded(value) = generator.resume() {
            values.push(value);
        }
        if let GeneratorState::Complete(result) = generator.resume() {
            return (values, result);
        }
    }
}
