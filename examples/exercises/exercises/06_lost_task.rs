//! # 06 · The lost task / Die verlorene Task
//!
//! Two tasks wait to receive on the same descriptor. A dictionary (here `HashMap`) has one
//! place for each key: in Python, with `recv_wait[fd] = task`, the second task takes the place of
//! the first, and the first is gone. No error, no message; it is never resumed again. That is the
//! worst kind of bug: one hears nothing of it.
//!
//! Write `park` so that nobody is lost. The task that is there first stays. The second comes back
//! as `Err(task)`, for the caller to report the error. It is reported to the second task, for it
//! made the mistake.
//!
//! ---
//!
//! Zwei Tasks wollen auf demselben Deskriptor empfangen. Ein Wörterbuch (hier `HashMap`) hat für
//! jeden Schlüssel nur einen Platz: In Python nimmt mit `recv_wait[fd] = task` die zweite Task den
//! Platz der ersten ein, und die erste ist weg. Kein Fehler, keine Meldung; sie wird einfach nie
//! mehr fortgesetzt. Das ist die schlimmste Sorte Fehler: Man hört nichts davon.
//!
//! Schreib `park` so, dass niemand verloren geht. Wer zuerst da war, bleibt. Die zweite Task kommt
//! als `Err(task)` zurück, damit der Aufrufer den Fehler melden kann. Gemeldet wird er der zweiten
//! Task, denn sie hat ihn gemacht.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    // TODO: park the task only if the place is free. `area.contains_key(&fd)` says if it is taken.
    area.insert(fd, task);
    Ok(())
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Log, check};
    use genlab::task;

    /// A task that says its name when it is resumed.
    fn named(log: &Log, name: &'static str) -> Task {
        let log = log.clone();
        task(move |_co| async move {
            log.push(name);
            Ok(())
        })
    }

    #[test]
    fn on_a_free_place_a_task_is_parked() {
        check(
            "On a free place the task is parked under its descriptor, and the answer is `Ok(())`.",
            "Auf einem freien Platz wird die Task unter ihrem Deskriptor geparkt, die Antwort ist \
             `Ok(())`.",
            || {
                let log = Log::new();
                let mut area = HashMap::new();
                assert!(park(&mut area, 5, named(&log, "a")).is_ok(), "place 5 was free");
                assert!(park(&mut area, 6, named(&log, "b")).is_ok(), "place 6 was free");
                for fd in [6, 5] {
                    area.remove(&fd).expect("a task should be parked there").resume();
                }
                assert_eq!(log.text(), "b, a", "who was parked under 6 and 5");
            },
        );
    }

    #[test]
    fn a_second_task_comes_back_and_the_first_stays() {
        check(
            "If another task waits there already, it stays, and the newcomer comes back as \
             `Err(task)`.",
            "Wartet dort schon eine andere Task, so bleibt sie, und die neue kommt als `Err(task)` \
             zurück.",
            || {
                let log = Log::new();
                let mut area = HashMap::new();
                let first = park(&mut area, 5, named(&log, "first"));
                assert!(first.is_ok(), "place 5 was free for the first task");
                let answer = park(&mut area, 5, named(&log, "second"));
                let mut refused =
                    answer.expect_err("the second task was not refused: `park` returned Ok");
                let mut parked = area.remove(&5).expect("nobody is parked under 5 any more");
                parked.resume();
                assert_eq!(log.text(), "first", "who is parked under 5");
                refused.resume();
                assert_eq!(log.text(), "first, second", "who came back after that");
            },
        );
    }

    #[test]
    fn a_place_that_was_left_is_free_again() {
        check(
            "When the first task has left, the place is free for another.",
            "Wenn die erste Task gegangen ist, ist der Platz für eine andere frei.",
            || {
                let log = Log::new();
                let mut area = HashMap::new();
                assert!(park(&mut area, 5, named(&log, "a")).is_ok(), "place 5 was free");
                area.remove(&5);
                assert!(park(&mut area, 5, named(&log, "b")).is_ok(), "place 5 was free again");
            },
        );
    }
}
