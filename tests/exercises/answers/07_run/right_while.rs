//! The lab's two nested `while`s.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    while !(tasks.is_empty() && recv_wait.is_empty() && send_wait.is_empty()) {
        while tasks.is_empty() {
            let (can_recv, can_send) = select(&recv_wait, &send_wait);
            for fd in &can_recv {
                tasks.push_back(recv_wait.remove(fd).expect("it waits"));
            }
            for fd in &can_send {
                tasks.push_back(send_wait.remove(fd).expect("it waits"));
            }
        }
        let mut task = tasks.pop_front().expect("there is one now");
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => {
                recv_wait.insert(fd, task);
            }
            GeneratorState::Yielded((Op::Send, fd)) => {
                send_wait.insert(fd, task);
            }
            GeneratorState::Complete(_) => println!("Task done"),
        }
    }
}
