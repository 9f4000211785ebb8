//! # 04 · What drop does / Was drop bewirkt
//!
//! A scheduler may throw a task away in the middle: its client is gone, or the program ends. The
//! rest of the function then never runs. In Python, what must happen in any case stands under
//! `finally:`. Rust has destructors: when a task is dropped, the values it holds are dropped, and
//! for each that implements `Drop`, its `drop` runs.
//!
//! `visitor` opens a door and waits twice. Now the door stays open if it is dropped in between.
//! Let a `Door` close itself: "door closed" is logged once, at the end or in the middle.
//!
//! ---
//!
//! Ein Scheduler kann eine Task mittendrin wegwerfen: Ihr Client ist weg, oder das Programm
//! endet. Der Rest der Funktion läuft dann nie. Was auf jeden Fall geschehen muss, steht in Python
//! hinter `finally:`. Rust hat dafür Destruktoren: Wird eine Task verworfen, so werden auch die
//! Werte verworfen, die sie hält, und wenn ein Wert `Drop` implementiert, läuft sein `drop`.
//!
//! `visitor` öffnet eine Tür und wartet zweimal. Bisher bleibt die Tür offen, wenn die Task
//! dazwischen verworfen wird. Sorge dafür, dass eine `Door` sich selbst schließt: "door closed"
//! steht genau einmal im Log, ob am Ende oder mittendrin.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

// TODO: implement `Drop` for `Door`: `fn drop(&mut self)` logs "door closed", with
// `self.log.push(…)`.

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    // TODO: hold a `Door` from here on, in a variable with a name: `let _door = …`.
    // `log.clone()` is a second handle on the same log. Who logs "door closed" then?
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
    log.push("door closed");
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::check;
    use genawaiter::rc::Gen;

    /// What is in the log after so many resumes, and after the task was dropped.
    fn log_after(resumes: usize) -> String {
        let log = Log::new();
        let mut generator = Gen::new(|co| visitor(co, log.clone()));
        for _ in 0..resumes {
            let _ = generator.resume();
        }
        log.push("|");
        drop(generator);
        log.text()
    }

    #[test]
    fn dropped_in_the_middle_it_closes_the_door() {
        check(
            "A task that is dropped at a `yield` closes its door then (`|` is where it is dropped).",
            "Eine Task, die an einem `yield` verworfen wird, schließt dabei ihre Tür (`|` zeigt, \
             wo sie verworfen wird).",
            || {
                assert_eq!(log_after(1), "door opened, |, door closed", "at the first yield");
                assert_eq!(log_after(2), "door opened, half way, |, door closed", "at the second");
            },
        );
    }

    #[test]
    fn resumed_to_its_end_it_closes_the_door_once() {
        check(
            "A task that runs to its end closes its door there, once (`|` comes after that).",
            "Eine Task, die bis zum Ende läuft, schließt dort ihre Tür, einmal (`|` kommt danach).",
            || assert_eq!(log_after(3), "door opened, half way, door closed, |", "at the end"),
        );
    }

    #[test]
    fn a_task_that_never_began_has_no_door() {
        check(
            "A task that was never resumed has not opened a door: there is nothing to close.",
            "Eine Task, die nie lief, hat keine Tür geöffnet: Es gibt nichts zu schließen.",
            || assert_eq!(log_after(0), "|"),
        );
    }
}
