//! Tasks that only take turns: what they yield says nothing.

use genawaiter::rc::{Co, Gen};

/// A task that yields nothing but the turn. `examples/multitask.rs` builds it before your eyes.
pub type Turns = Gen<(), (), Box<dyn Future<Output = ()> + Unpin>>;

/// Makes one of a generator function.
pub fn turns<F: Future<Output = ()> + 'static>(generator: impl FnOnce(Co<()>) -> F) -> Turns {
    Gen::new(|co| Box::new(Box::pin(generator(co))) as Box<_>)
}
