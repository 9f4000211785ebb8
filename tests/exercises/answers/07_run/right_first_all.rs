//! All that can run do so, and only then `select`.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    loop {
        for mut task in std::mem::take(&mut tasks) {
            match task.resume() {
                GeneratorState::Complete(result) => drop(result),
                GeneratorState::Yielded((Op::Recv, fd)) => _ = recv_wait.insert(fd, task),
                GeneratorState::Yielded((Op::Send, fd)) => _ = send_wait.insert(fd, task),
            }
        }
        if recv_wait.len() + send_wait.len() == 0 {
            return;
        }
        let (can_recv, can_send) = select(&recv_wait, &send_wait);
        tasks.extend(can_recv.into_iter().flat_map(|fd| recv_wait.remove(&fd)));
        tasks.extend(can_send.into_iter().flat_map(|fd| send_wait.remove(&fd)));
    }
}
