//! A function that calls itself.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    go_on(generator, Vec::new())
}

fn go_on<F>(mut generator: Gen<u32, (), F>, mut values: Vec<u32>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    match generator.resume() {
        GeneratorState::Complete(result) => (values, result),
        GeneratorState::Yielded(value) => {
            values.push(value);
            go_on(generator, values)
        }
    }
}
