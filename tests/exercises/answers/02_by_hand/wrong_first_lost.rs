//! One resume "to start it", whose value is lost.
//! says: your code: ([20, 20], "lift off")

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    generator.resume();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => return (values, result),
        }
    }
}
