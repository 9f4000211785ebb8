//! The lab's first step: a generator, driven by hand.
//!
//! `cargo run --example generator`, with this file beside it: what is printed when? `multitask` is
//! the next step.

use std::panic::{AssertUnwindSafe, catch_unwind};

use genawaiter::GeneratorState;
use genawaiter::rc::{Co, Gen};

// In Rust a generator is an `async` function that gets a `Co` to yield with.
async fn countdown(co: Co<u32>, mut n: u32) {
    println!("  (the function begins)");
    let _guard = Guard;
    while n > 0 {
        co.yield_(n).await;
        n -= 1;
    }
    println!("  (the function ends)");
}

// Python has `finally:` for what must happen in any case; Rust has destructors.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("  (the destructor runs)");
    }
}

fn main() {
    println!("Making a generator runs nothing of it:");
    let mut generator = Gen::new(|co| countdown(co, 2));

    println!("Each resume runs it up to its next yield, or to its end:");
    println!("{:?}", generator.resume());
    println!("{:?}", generator.resume());
    println!("{:?}", generator.resume());

    println!("A for loop resumes until the end:");
    for n in Gen::new(|co| countdown(co, 3)) {
        println!("T-minus {n}");
    }

    println!("After its end it cannot be resumed; Python raises StopIteration again, Rust panics:");
    std::panic::set_hook(Box::new(|_| ())); // its message is printed here instead
    let panic = catch_unwind(AssertUnwindSafe(|| generator.resume())).unwrap_err();
    println!("{}", panic.downcast_ref::<&str>().unwrap_or(&"panicked"));

    println!("Dropped in the middle, it runs its destructors, as close() does in Python:");
    let mut generator = Gen::new(|co| countdown(co, 10));
    assert_eq!(generator.resume(), GeneratorState::Yielded(10));
    drop(generator);
    println!("Dropped.");
}
