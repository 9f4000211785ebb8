//! `select` is asked in each turn of the loop: so one always knows the latest.
//! ---
//! `select` fragt man in jedem Durchlauf, dann ist man auf dem neuesten Stand.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    while !tasks.is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        let (can_recv, can_send) = select(&recv_wait, &send_wait);
        tasks.extend(can_recv.iter().filter_map(|fd| recv_wait.remove(fd)));
        tasks.extend(can_send.iter().filter_map(|fd| send_wait.remove(fd)));
        let Some(mut task) = tasks.pop_front() else { continue };
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => drop(recv_wait.insert(fd, task)),
            GeneratorState::Yielded((Op::Send, fd)) => drop(send_wait.insert(fd, task)),
            GeneratorState::Complete(_) => (),
        }
    }
}
