//! # 04 · What drop does / Was drop bewirkt
//!
//! Its Rust: ../../docs/en/rust.md, "impl", "Owning and borrowing".
//!
//! A scheduler may drop a task in the middle: its client is gone, or the program ends. The
//! rest of the function then never runs. In Python, what must happen in any case stands under
//! `finally:`. Rust has destructors: when a task is dropped, the values it holds are dropped, and
//! for each that implements `Drop`, its `drop` runs.
//!
//! `visitor` opens a door and waits twice. As it stands, the door stays open if the visitor is dropped
//! in between. Let a `Door` close itself: each visitor logs "door closed" exactly once, whether it
//! runs to its end or is dropped in the middle, also if there is something in the log already.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „impl“, „Besitzen und leihen“.
//!
//! Ein Scheduler kann eine Task mittendrin verwerfen: Ihr Client ist weg, oder das Programm
//! endet. Der Rest der Funktion läuft dann nie. Was auf jeden Fall geschehen muss, steht in Python
//! hinter `finally:`. Rust hat dafür Destruktoren: Wird eine Task verworfen, so werden auch die
//! Werte verworfen, die sie besitzt, und wenn ein Wert `Drop` implementiert, läuft sein `drop`.
//!
//! `visitor` öffnet eine Tür und wartet zweimal. Bisher bleibt die Tür offen, wenn die Task
//! dazwischen verworfen wird. Sorge dafür, dass eine `Door` sich selbst schließt: Jeder
//! Besucher schreibt genau einmal "door closed" ins Log, ob er zu Ende läuft oder mittendrin
//! verworfen wird, auch wenn im Log schon anderes steht.

use exercises::Log;
use genawaiter::rc::Co;

struct Door {
    log: Log,
}

// TODO: implement `Drop` for `Door`: `impl Drop for Door { fn drop(&mut self) { … } }`. It logs
// "door closed", with `self.log.push(…)`.
// TODO (de): Implementiere `Drop` für `Door`: `impl Drop for Door { fn drop(&mut self) { … } }`. Es
// schreibt "door closed" ins Log, mit `self.log.push(…)`.

async fn visitor(co: Co<()>, log: Log) {
    log.push("door opened");
    // TODO: hold a `Door` from here on, in a variable with a name: `let _door = …`.
    // `log.clone()` is a second handle on the same log. Who logs "door closed" then?
    // TODO (de): Leg hier eine `Door` an, in einer Variablen mit Namen: `let _door = …`.
    // `log.clone()` ist ein zweiter Name für dasselbe Log. Wer schreibt dann "door closed"?
    co.yield_(()).await;
    log.push("half way");
    co.yield_(()).await;
    log.push("door closed");
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/drop.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::drop(super::visitor);
    }
}
