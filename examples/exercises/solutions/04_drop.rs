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
