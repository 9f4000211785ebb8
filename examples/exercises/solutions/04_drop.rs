//! # 04 · What drop does / Was drop bewirkt
//!
//! Why: a local variable lives as long as its function, and a paused function is dropped together
//! with its variables. So one `Drop` serves both ways out, and the last line of the function must
//! not log a second time. The variable needs a name: `let _door` keeps the door until the end,
//! `let _` would drop it at once. The door may also log "door opened" itself when it is made.
//!
//! ---
//!
//! Warum: Eine lokale Variable lebt so lange wie ihre Funktion, und eine angehaltene Funktion wird
//! samt ihren Variablen verworfen. Ein einziges `Drop` genügt also für beide Auswege, und die
//! letzte Zeile der Funktion darf nicht noch einmal ins Log schreiben. Die Variable braucht einen
//! Namen: `let _door` behält die Tür bis zum Ende, `let _` verwirft sie sofort. Die Tür kann
//! "door opened" auch selbst ins Log schreiben, wenn sie entsteht.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.log.push("door closed");
    }
}

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    let _door = Door { log: log.clone() };
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
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
