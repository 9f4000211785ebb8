//! Whoever waits for a descriptor that is ready can go on, in either area.
//! ---
//! Wer auf einen bereiten Deskriptor wartet, kann weitermachen, in beiden Bereichen.

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
            for fd in can_recv.iter().chain(&can_send) {
                tasks.extend(recv_wait.remove(fd));
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
