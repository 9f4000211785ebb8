//! # 06 · The lost task / Die verlorene Task
//!
//! Why: look before you insert. The caller gets the very task that could not be parked, so that it
//! can end it with an error that names it; the first knows nothing of all this and goes on waiting.
//! `match area.entry(fd)` looks only once and is as good. Whoever inserts first and finds the old
//! task in the answer must put it back. A list of tasks for each descriptor would be another design:
//! then two receive from one socket, and chance decides who gets which bytes.
//!
//! ---
//!
//! Warum: Erst nachsehen, dann einfügen. Der Aufrufer bekommt genau die Task zurück, die nicht
//! geparkt werden konnte, und kann sie mit einem Fehler beenden, der sie nennt; die erste merkt von
//! alldem nichts und wartet weiter. `match area.entry(fd)` sieht nur einmal nach und ist genauso
//! gut. Wer erst einfügt und dabei die alte Task herausbekommt, muss sie zurücklegen. Eine Liste
//! von Tasks für jeden Deskriptor wäre ein anderer Entwurf: Dann empfangen zwei von einem Socket,
//! und der Zufall entscheidet, wer welche Bytes bekommt.

use std::collections::HashMap;

use genlab::{RawFd, Task};

fn park(area: &mut HashMap<RawFd, Task>, fd: RawFd, task: Task) -> Result<(), Task> {
    if area.contains_key(&fd) {
        return Err(task);
    }
    area.insert(fd, task);
    Ok(())
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/lost_task.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::lost_task(super::park);
    }
}
