//! The lab's second step: tasks that take turns, one `yield` each.
//!
//! `cargo run --example multitask`. Nothing here waits for a socket yet; `server` is the next step.

use std::collections::VecDeque;

use genawaiter::GeneratorState;
use genawaiter::rc::{Co, Gen};

type Task = Gen<(), (), Box<dyn Future<Output = ()> + Unpin>>;

// A task is a generator. It yields no value, `()`: it only lets the next task have its turn.
fn task<F: Future<Output = ()> + 'static>(generator: impl FnOnce(Co<()>) -> F) -> Task {
    Gen::new(|co| Box::new(Box::pin(generator(co))) as Box<_>)
}

fn countdown(mut n: u32) -> Task {
    task(move |co| async move {
        while n > 0 {
            println!("T-minus {n}");
            co.yield_(()).await;
            n -= 1;
        }
    })
}

fn countup(stop: u32) -> Task {
    task(move |co| async move {
        let mut x = 0;
        while x < stop {
            println!("Up we go {x}");
            co.yield_(()).await;
            x += 1;
        }
    })
}

fn run(mut tasks: VecDeque<Task>) {
    while let Some(mut task) = tasks.pop_front() {
        match task.resume() {
            GeneratorState::Yielded(()) => tasks.push_back(task),
            GeneratorState::Complete(()) => println!("Task done"),
        }
    }
}

fn main() {
    run(VecDeque::from([countdown(10), countdown(5), countup(20)]));
}
