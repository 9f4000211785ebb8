//! Every resume is answered by one more: one for the value, one to go on.
//! ---
//! Zu jedem resume gehört ein zweites: eins für den Wert, eins zum Weitermachen.

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
            GeneratorState::Complete(result) => return (values, result),
        }
        if let GeneratorState::Complete(result) = generator.resume() {
            return (values, result);
        }
    }
}
