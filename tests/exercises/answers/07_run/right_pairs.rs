//! One loop for both areas.

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
            for (fds, area) in [(can_recv, &mut recv_wait), (can_send, &mut send_wait)] {
                for fd in fds {
                    tasks.push_back(area.remove(&fd).expect("it waits"));
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
