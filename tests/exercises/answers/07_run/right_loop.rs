//! A `loop` that breaks when all three are empty.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    loop {
        while let Some(mut task) = tasks.pop_front() {
            if let GeneratorState::Yielded((op, fd)) = task.resume() {
                let area = if op == Op::Recv { &mut recv_wait } else { &mut send_wait };
                area.insert(fd, task);
            }
        }
        if recv_wait.is_empty() && send_wait.is_empty() {
            break;
        }
        let (can_recv, can_send) = select(&recv_wait, &send_wait);
        for fd in can_recv {
            tasks.push_back(recv_wait.remove(&fd).unwrap());
        }
        for fd in can_send {
            tasks.push_back(send_wait.remove(&fd).unwrap());
        }
    }
}
