//! What is under `.await`: a future, and somebody who polls it.
//!
//! `cargo run --example poll`, with this file beside it. It needs nothing but the standard library:
//! this is how a future can be a generator. `Task` and `run` do the same, with more than a number.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

// The place for a yielded value: the generator puts it there, and whoever polls takes it out.
type Slot = Cell<Option<u32>>;

// Python's `yield n` as a future: its first `poll` puts n there and returns `Pending`, so that the
// function pauses; its second returns `Ready`, so that the function goes on.
struct Yield<'a> {
    n: Option<u32>,
    slot: &'a Slot,
}

impl Future for Yield<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        match self.n.take() {
            Some(n) => {
                self.slot.set(Some(n));
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

async fn countdown(slot: &Slot, mut n: u32) {
    while n > 0 {
        Yield { n: Some(n), slot }.await;
        n -= 1;
    }
}

// Python's `yield from`: what the inner generator yields goes through to whoever polls the outer.
async fn twice(slot: &Slot) {
    countdown(slot, 2).await;
    countdown(slot, 3).await;
}

fn main() {
    let slot = Slot::default();
    let mut generator = pin!(twice(&slot)); // `poll` wants it pinned; it has not run a line yet
    let mut context = Context::from_waker(Waker::noop()); // nobody needs to be woken here
    loop {
        // Python's `generator.send(None)`.
        match generator.as_mut().poll(&mut context) {
            Poll::Pending => println!("Pending, it yielded {:?}", slot.take()),
            Poll::Ready(()) => return println!("Ready, it has ended"),
        }
    }
}
