//! One area for all is enough: a descriptor has one task.
//! ---
//! Ein Bereich für alle genügt: Zu einem Deskriptor gehört eine Task.

use std::collections::{HashMap, VecDeque};

use exercises::select;
use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

fn run(mut tasks: VecDeque<Task>) {
    let mut recv_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut send_wait: HashMap<RawFd, Task> = HashMap::new();
    let mut area: HashMap<RawFd, (Op, Task)> = HashMap::new();
    while !tasks.is_empty() || !area.is_empty() {
        if tasks.is_empty() {
            for (fd, (op, task)) in area.drain() {
                let area = if op == Op::Recv { &mut recv_wait } else { &mut send_wait };
                area.insert(fd, task);
            }
            let (can_recv, can_send) = select(&recv_wait, &send_wait);
            tasks.extend(can_recv.iter().filter_map(|fd| recv_wait.remove(fd)));
            tasks.extend(can_send.iter().filter_map(|fd| send_wait.remove(fd)));
            area.extend(recv_wait.drain().map(|(fd, task)| (fd, (Op::Recv, task))));
            area.extend(send_wait.drain().map(|(fd, task)| (fd, (Op::Send, task))));
        }
        let Some(mut task) = tasks.pop_front() else { continue };
        if let GeneratorState::Yielded((op, fd)) = task.resume() {
            area.insert(fd, (op, task));
        }
    }
}
