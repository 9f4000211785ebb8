//! One at a time: the others come with the next `select`.
//! ---
//! Immer nur eine: Die anderen kommen beim nächsten `select`.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    while !tasks.is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        if tasks.is_empty() {
            let (can_recv, can_send) = select(&recv_wait, &send_wait);
            if let Some(fd) = can_recv.first() {
                tasks.extend(recv_wait.remove(fd));
            } else if let Some(fd) = can_send.first() {
                tasks.extend(send_wait.remove(fd));
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
