//! Never takes anybody out of the area: `select` finds them, and nobody goes on.
//! says: Your code did not finish within 2 s

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
