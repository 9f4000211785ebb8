//! Those that are complete go into a list of their own.
//! ---
//! Die fertigen kommen in eine eigene Liste.

use exercises::select;
use genawaiter::GeneratorState::{Complete, Yielded};
use genlab::{Op, RawFd, Task};
use std::collections::{HashMap, VecDeque};

fn run(mut q: VecDeque<Task>) {
    let mut dead = vec![];
    let (mut r, mut s): (HashMap<RawFd, Task>, HashMap<RawFd, Task>) = Default::default();
    while !q.is_empty() || !r.is_empty() || !s.is_empty() {
        if q.is_empty() {
            let (a, b) = select(&r, &s);
            q.extend(a.iter().filter_map(|f| r.remove(f)));
            q.extend(b.iter().filter_map(|f| s.remove(f)));
        }
        let Some(mut t) = q.pop_front() else { continue };
        match t.resume() {
            Yielded((Op::Recv, f)) => {
                r.insert(f, t);
            }
            Yielded((Op::Send, f)) => {
                s.insert(f, t);
            }
            Complete(_) => dead.push(t),
        }
    }
}
