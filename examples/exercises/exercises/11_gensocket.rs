//! # 11 · A line at a time / Zeile für Zeile
//!
//! Its Rust: ../../docs/en/rust.md, "Option", "Lists and bytes", "Closures and move".
//!
//! `GenSocket` waits by itself: `client.recv(&co, 1000).await?` yields and then receives. It can,
//! because an `async` function may yield in the name of the task that calls it; in Python that is
//! `yield from`. You write such a function now. TCP knows no messages: what is sent as one line may
//! arrive in three pieces, and two lines may arrive in one.
//!
//! Write `read_line`: it returns the next line without its `\n`, and otherwise as it is, however
//! long. What came after the `\n` stays in `buffer` for the next call. When the client has closed
//! its side (`recv` returns empty data), it returns `Ok(None)`; half a line there is no line, and
//! what becomes of it does not matter. An error of `recv` it returns. Bytes that are no text may be
//! replaced (`from_utf8_lossy` does that) or be an error.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Option“, „Listen und Bytes“, „Closures und move“.
//!
//! `GenSocket` wartet von selbst: `client.recv(&co, 1000).await?` hält an und empfängt dann. Das
//! geht, weil eine `async`-Funktion im Namen der Task anhalten kann, die sie aufruft; in Python ist
//! das `yield from`. So eine Funktion schreibst du jetzt. TCP kennt keine Nachrichten: Was als eine
//! Zeile abgeschickt wird, kann in drei Stücken ankommen, und zwei Zeilen können in einem kommen.
//!
//! Schreib `read_line`: Die Funktion gibt die nächste Zeile ohne ihr `\n` zurück, sonst so, wie sie
//! ist, beliebig lang. Was nach dem `\n` kam, bleibt für den nächsten Aufruf in `buffer`. Hat der
//! Client seine Seite geschlossen (`recv` liefert leere Daten), gibt sie `Ok(None)` zurück; eine
//! halbe Zeile ist dann keine, und was aus ihr wird, ist gleich. Einen Fehler von `recv` gibt sie
//! weiter. Bytes, die kein Text sind, darf sie ersetzen (das tut `from_utf8_lossy`) oder als Fehler
//! melden.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    // TODO: this returns whatever arrives, as if it were a line.
    // `buffer.iter().position(|&byte| byte == b'\n')` finds the end of a line: `Some(end)` or `None`;
    // `|&byte| …` is a function without a name, a closure, which is asked about each byte;
    // `let line: Vec<u8> = buffer.drain(..=end).collect();` takes the line out, with its `\n`;
    // `&line[..end]` is the line without it; `buffer.extend(data)` adds data.
    // TODO (de): Das hier gibt zurück, was gerade ankommt, als wäre es eine Zeile.
    // `buffer.iter().position(|&byte| byte == b'\n')` findet das Zeilenende: `Some(end)` oder `None`;
    // `|&byte| …` ist eine Funktion ohne Namen, eine Closure, die man nach jedem Byte fragt;
    // `let line: Vec<u8> = buffer.drain(..=end).collect();` nimmt die Zeile mit ihrem `\n` heraus;
    // `&line[..end]` ist die Zeile ohne es; `buffer.extend(data)` hängt Daten an.
    let data = client.recv(co, 1000).await?;
    Ok(Some(String::from_utf8_lossy(&data).into_owned()))
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/gensocket.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::gensocket(super::read_line);
    }
}
