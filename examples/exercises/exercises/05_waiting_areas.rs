//! # 05 · The waiting areas / Die Wartebereiche
//!
//! Its Rust: ../../docs/en/rust.md, "match", "Option", "Owning and borrowing".
//!
//! From here on a task yields why it stops, and for which descriptor: `(Op::Recv, fd)` or
//! `(Op::Send, fd)`. The descriptor is the number by which the system knows an open connection. A
//! task that waits must not go back into the deque, it cannot go on yet. It is parked in a waiting
//! area, under its descriptor: `recv_wait` or `send_wait`. An area is a `HashMap`, Python's
//! dictionary.
//!
//! Write `step`: take the task at the front, resume it once, and park it by what it yielded. One
//! that is complete is dropped, whatever its result. Write `wake`: move the tasks of the
//! descriptors in `can_recv` and `can_send`, and no others, from their area to the end of the
//! deque, first the receivers, then the senders, in the order in which they are named.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „match“, „Option“, „Besitzen und leihen“.
//!
//! Ab jetzt sagt eine Task bei jedem `yield`, warum sie anhält und für welchen Deskriptor:
//! `(Op::Recv, fd)` oder `(Op::Send, fd)`. Der Deskriptor ist die Nummer, unter der das System eine
//! offene Verbindung kennt. So eine Task darf nicht in die Deque zurück, sie kann ja noch nicht
//! weitermachen. Sie wird unter ihrem Deskriptor in einem Wartebereich geparkt: in `recv_wait` oder
//! in `send_wait`. Ein Bereich ist eine `HashMap`, in Python ein Wörterbuch.
//!
//! Schreib `step`: Nimm die vorderste Task, setze sie einmal fort und parke sie in dem Bereich, der
//! zu dem passt, was sie liefert. Eine fertige Task wird verworfen, was immer ihr Ergebnis ist.
//! Schreib `wake`: Nimm die Tasks der Deskriptoren in `can_recv` und `can_send`, und nur sie, aus
//! ihrem Bereich und stell sie hinten an die Deque an; erst die Empfänger, dann die Sender, in der
//! Reihenfolge, in der sie genannt sind.

use std::collections::{HashMap, VecDeque};

use genawaiter::GeneratorState;
use genlab::{Op, RawFd, Task};

#[derive(Default)]
struct Scheduler {
    tasks: VecDeque<Task>,
    recv_wait: HashMap<RawFd, Task>,
    send_wait: HashMap<RawFd, Task>,
}

impl Scheduler {
    fn step(&mut self) {
        let Some(mut task) = self.tasks.pop_front() else { return };
        // TODO: `match task.resume()`. Three cases: `GeneratorState::Yielded((Op::Recv, fd))`, the
        // same with `Op::Send`, and `GeneratorState::Complete(_)`; `_` stands for any value.
        // `insert(fd, task)` puts a task into an area. What it returns nobody needs here: write the
        // arm with braces and a semicolon, `=> { …; }`. An arm in which nothing is to do is `{}`.
        // TODO (de): `match task.resume()`. Drei Fälle: `GeneratorState::Yielded((Op::Recv, fd))`,
        // derselbe mit `Op::Send`, dann `GeneratorState::Complete(_)`; `_` steht für jeden Wert.
        // `insert(fd, task)` stellt eine Task in einen Bereich. Was es zurückgibt, braucht hier
        // niemand: Schreib den Zweig mit geschweiften Klammern und Strichpunkt, `=> { …; }`. Ein
        // Zweig, in dem nichts zu tun ist, ist `{}`.
        todo!(
            "resume the task once, and park it in `recv_wait` or `send_wait` / \
             setze die Task einmal fort und parke sie in `recv_wait` oder `send_wait`"
        );
    }

    fn wake(&mut self, can_recv: &[RawFd], can_send: &[RawFd]) {
        // TODO: two loops, `for fd in can_recv { … }` first. In it,
        // `if let Some(task) = self.recv_wait.remove(fd) { … }` takes a task out of its area, if it
        // is there.
        // TODO (de): Zwei Schleifen, zuerst `for fd in can_recv { … }`. Darin nimmt
        // `if let Some(task) = self.recv_wait.remove(fd) { … }` eine Task aus ihrem Bereich, wenn
        // sie dort ist.
        todo!(
            "move the tasks of `can_recv`, then those of `can_send`, to the end of the deque / \
             stell die Tasks von `can_recv`, dann die von `can_send` hinten an"
        );
    }
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/waiting_areas.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::waiting_areas(::exercises::Areas {
            new: super::Scheduler::default,
            step: super::Scheduler::step,
            wake: super::Scheduler::wake,
            parts: |all| (&mut all.tasks, &mut all.recv_wait, &mut all.send_wait),
        });
    }
}
