//! What is under `.await`: a future, and somebody who polls it. And with that, a generator of our own.
//!
//! `cargo run --example poll`, with this file beside it. It needs nothing but the standard library:
//! this is how a future can be a generator. `Co` and `Gen` are what genawaiter has under these names,
//! as far as genlab uses them.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

// The place for a yielded value: the generator puts it there, and whoever polls takes it out.
type Slot<T> = Rc<Cell<Option<T>>>;

/// Python's `yield value` as a future: its first `poll` puts the value there and returns `Pending`, so
/// that the function pauses; its second returns `Ready`, so that the function goes on.
pub struct Yield<T> {
    value: Option<T>,
    slot: Slot<T>,
}

impl<T: Unpin> Future for Yield<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        match self.value.take() {
            Some(value) => {
                self.slot.set(Some(value));
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

/// What a generator function yields with.
pub struct Co<T>(Slot<T>);

impl<T> Co<T> {
    /// Python's `yield value`, with `.await` behind it.
    pub fn yield_(&self, value: T) -> Yield<T> {
        Yield { value: Some(value), slot: self.0.clone() }
    }
}

/// What a step of a generator returns.
#[derive(Debug, PartialEq)]
pub enum GeneratorState<T, R> {
    /// It has yielded.
    Yielded(T),
    /// It has ended: Python's `StopIteration`.
    Complete(R),
}

/// A generator: a future, and the place where it puts what it yields.
pub struct Gen<T, R> {
    future: Pin<Box<dyn Future<Output = R>>>,
    slot: Slot<T>,
}

impl<T, R> Gen<T, R> {
    /// Makes a generator, and runs nothing of it.
    pub fn new<F: Future<Output = R> + 'static>(function: impl FnOnce(Co<T>) -> F) -> Gen<T, R> {
        let slot = Slot::default();
        Gen { future: Box::pin(function(Co(slot.clone()))), slot }
    }

    /// Runs it up to its next `yield` or to its end: Python's `generator.send(None)`.
    pub fn resume(&mut self) -> GeneratorState<T, R> {
        let mut context = Context::from_waker(Waker::noop()); // nobody needs to be woken here
        match self.future.as_mut().poll(&mut context) {
            Poll::Pending => GeneratorState::Yielded(self.slot.take().expect("it has yielded")),
            Poll::Ready(result) => GeneratorState::Complete(result),
        }
    }
}

async fn countdown(co: &Co<u32>, mut n: u32) {
    while n > 0 {
        co.yield_(n).await;
        n -= 1;
    }
}

// Python's `yield from`: what the inner generator yields goes through to whoever polls the outer.
async fn twice(co: Co<u32>) {
    countdown(&co, 2).await;
    countdown(&co, 3).await;
}

fn main() {
    let mut generator = Gen::new(twice); // it has not run a line yet
    loop {
        let state = generator.resume();
        println!("{state:?}");
        if let GeneratorState::Complete(()) = state {
            break;
        }
    }
}
