//! # 07 · Write `run` yourself / `run`, selbst geschrieben
//!
//! Why: the outer condition names all three places where a task can be, otherwise `run` returns
//! while somebody still waits. `select` sleeps, and may do so only when there is nothing else to do;
//! that is the inner condition. Here it is an `if`: this `select` always finds somebody. The lab's
//! inner `while` is right, too, and so is a `loop` that breaks when all three are empty.
//!
//! ---
//!
//! Warum: Die äußere Bedingung nennt alle drei Orte, an denen eine Task sein kann; sonst kehrt `run`
//! zurück, während noch jemand wartet. `select` schläft, und das darf es nur, wenn es sonst nichts
//! zu tun gibt; das ist die innere Bedingung. Hier genügt ein `if`: Dieses `select` findet immer
//! jemanden. Das innere `while` des Labs ist auch richtig, ebenso ein `loop`, das abbricht, wenn
//! alle drei leer sind.

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
            tasks.extend(can_recv.iter().filter_map(|fd| recv_wait.remove(fd)));
            tasks.extend(can_send.iter().filter_map(|fd| send_wait.remove(fd)));
        }
        let Some(mut task) = tasks.pop_front() else { continue };
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, fd)) => drop(recv_wait.insert(fd, task)),
            GeneratorState::Yielded((Op::Send, fd)) => drop(send_wait.insert(fd, task)),
            GeneratorState::Complete(_) => (),
        }
    }
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/run.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::run(super::run);
    }
}
