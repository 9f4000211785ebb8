//! Tasks that only take turns: what they yield says nothing.

use std::pin::Pin;
use std::task::{Context, Poll};

use genawaiter::rc::{Co, Gen};

use crate::Log;

/// A task that yields nothing but the turn. `examples/multitask.rs` builds it before your eyes.
pub type Turns = Gen<(), (), Box<dyn Future<Output = ()> + Unpin>>;

/// Makes one of a generator function.
pub fn turns<F: Future<Output = ()> + 'static>(generator: impl FnOnce(Co<()>) -> F) -> Turns {
    Gen::new(|co| Box::new(Box::pin(generator(co))) as Box<_>)
}

/// A task's future that says when it is dropped.
pub(crate) struct Dropped<T> {
    future: Pin<Box<dyn Future<Output = T>>>,
    name: String,
    gone: Log,
}

impl<T> Dropped<T> {
    pub(crate) fn new(
        future: impl Future<Output = T> + 'static,
        name: impl Into<String>,
        gone: &Log,
    ) -> Dropped<T> {
        Dropped { future: Box::pin(future), name: name.into(), gone: gone.clone() }
    }
}

impl<T> Future for Dropped<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.future.as_mut().poll(cx)
    }
}

impl<T> Drop for Dropped<T> {
    fn drop(&mut self) {
        self.gone.push(&*self.name);
    }
}
