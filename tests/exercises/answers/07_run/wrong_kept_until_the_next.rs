//! The last task that ended is kept, until another ends.
//! ---
//! Die zuletzt beendete Task wird aufgehoben, bis wieder eine endet.

use exercises::select;
use genawaiter::GeneratorState::{Complete, Yielded};
use genlab::{Op, RawFd, Task};
use std::collections::{HashMap, VecDeque};

fn run(mut q: VecDeque<Task>) {
    let (mut r, mut s): (HashMap<RawFd, Task>, HashMap<RawFd, Task>) = Default::default();
    let mut last = None;
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
            Complete(_) => last = Some(t),
        }
    }
    drop(last)
}
