//! Whoever can go on needs one more turn, and then is through.
//! ---
//! Wer weitermachen kann, braucht noch einen Zug und ist dann fertig.

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
            for fd in can_recv {
                if let Some(mut task) = recv_wait.remove(&fd) {
                    let _ = task.resume();
                }
            }
            for fd in can_send {
                if let Some(mut task) = send_wait.remove(&fd) {
                    let _ = task.resume();
                }
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
