//! A task in an area goes on when `select` has named it; it need not be taken out.
//! ---
//! Eine Task im Bereich macht weiter, wenn `select` sie nennt; herausnehmen muss man sie nicht.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    while !tasks.is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        while tasks.is_empty() {
            let (can_recv, can_send) = select(&recv_wait, &send_wait);
            for fd in can_recv {
                let _task = recv_wait.get(&fd);
            }
            for fd in can_send {
                let _task = send_wait.get(&fd);
            }
        }
        let Some(mut task) = tasks.pop_front() else { continue };
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => drop(recv_wait.insert(fd, task)),
            GeneratorState::Yielded((Op::Send, fd)) => drop(send_wait.insert(fd, task)),
            GeneratorState::Complete(_) => (),
        }
    }
}
