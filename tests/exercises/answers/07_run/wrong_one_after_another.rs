//! One serves a task to its end, and waits with it meanwhile.
//! ---
//! Man bedient eine Task bis zum Ende und wartet solange mit ihr.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    while let Some(mut task) = tasks.pop_front() {
        while let GeneratorState::Yielded((op, fd)) = task.resume() {
            let area = if op == Op::Recv { &mut recv_wait } else { &mut send_wait };
            area.insert(fd, task);
            select(&recv_wait, &send_wait);
            let waited = recv_wait.remove(&fd).or_else(|| send_wait.remove(&fd));
            task = waited.unwrap();
        }
    }
}
