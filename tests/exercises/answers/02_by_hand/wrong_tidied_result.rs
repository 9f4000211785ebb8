//! White space around the result means nothing.
//! ---
//! Leerzeichen um das Ergebnis herum bedeuten nichts.

use genawaiter::GeneratorState;
use genawaiter::rc::Gen;

fn drive<F>(mut g: Gen<u32, (), F>) -> (Vec<u32>, &'static str)
where
    F: Future<Output = &'static str>,
{
    let mut v = Vec::new();
    loop {
        match g.resume() {
            GeneratorState::Yielded(x) => v.push(x),
            GeneratorState::Complete(r) => return (v, r.trim()),
        }
    }
}
