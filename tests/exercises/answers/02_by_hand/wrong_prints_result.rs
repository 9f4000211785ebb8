//! It cannot hurt to show the values as well.
//! ---
//! Es schadet nicht, die Werte auch noch zu zeigen.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut generator: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut values = Vec::new();
    loop {
        match generator.resume() {
            GeneratorState::Yielded(value) => values.push(value),
            GeneratorState::Complete(result) => {
                eprintln!("{result}");
                return (values, result);
            }
        }
    }
}
