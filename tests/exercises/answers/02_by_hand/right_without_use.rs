//! The starter's `use` lines are gone, and the names of the tests are taken.

use genawaiter::GeneratorState::{Complete as Done, Yielded as Value};

struct Gen;

fn drive<G>(mut generator: genawaiter::rc::Gen<u32, (), G>) -> (Vec<u32>, &'static str)
where
    G: Future<Output = &'static str>,
{
    let (Gen, mut values) = (Gen, vec![]);
    loop {
        match generator.resume() {
            Value(value) => values.push(value),
            Done(result) => break (values, result),
        }
    }
}
