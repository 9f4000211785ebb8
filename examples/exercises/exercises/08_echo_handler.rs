//! # 08 · The echo handler / Der Echo-Handler
//!
//! Its Rust: ../../docs/en/rust.md, "Option", "Lists and bytes", "Result".
//!
//! A handler is a task that talks to one client. It must never make the others wait, so it asks
//! before each call: `co.yield_((Op::Recv, fd)).await` before it receives, and
//! `co.yield_((Op::Send, fd)).await` before it sends. What a client sends are bytes, not always
//! text.
//!
//! Write `echo_handler`: again and again, wait, receive at most 1000 bytes with
//! `client.recv(1000)?`, wait, and send them back with `GOT:` in front with one
//! `client.send(&answer)?`. Empty data (the end of file) means that the client has closed its side:
//! then end with `Ok(())`. `recv` answers `Some(data)`, or `None` if there is nothing to receive: wait
//! again. If the connection fails, the handler ends, with the error or without.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Option“, „Listen und Bytes“, „Result“.
//!
//! Ein Handler ist eine Task, die mit einem Client spricht. Er darf die anderen nie warten lassen
//! und fragt deshalb vor jedem Aufruf: `co.yield_((Op::Recv, fd)).await`, bevor er empfängt, und
//! `co.yield_((Op::Send, fd)).await`, bevor er sendet. Was ein Client schickt, sind Bytes, nicht
//! immer Text.
//!
//! Schreib `echo_handler`: Warte, empfange mit `client.recv(1000)?` höchstens 1000 Bytes, warte,
//! und schick sie mit einem einzigen `client.send(&answer)?` zurück, mit `GOT:` davor; und so immer
//! weiter. Leere Daten (das Dateiende) bedeuten, dass der Client seine Seite geschlossen hat: Dann
//! endet der Handler mit `Ok(())`. `recv` antwortet mit `Some(data)` oder, wenn es nichts zu
//! empfangen gibt, mit `None`: Warte noch einmal. Bricht die Verbindung ab, endet der Handler, mit
//! dem Fehler oder ohne.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    // `|co| …` is a function without a name, a closure; it gets the `co`, and by `move` the client
    // is its own.
    // (de) `|co| …` ist eine Funktion ohne Namen, eine Closure; sie bekommt das `co`, und durch
    // `move` gehört ihr der Client.
    task(move |co| async move {
        let fd = client.as_raw_fd();
        // TODO: wait, receive, wait, send, until the client has closed its side.
        // To receive: `let Some(data) = client.recv(1000)? else { continue };`
        // To see whether it is empty: `data.is_empty()`
        // To put two pieces together: `[b"GOT:", &data[..]].concat()`
        // A `?` takes the value out of an `Ok`, or ends the task with the error. To end it
        // without one: `return Ok(());`, or `break` and then `Ok(())` behind the loop, without a semicolon.
        // TODO (de): Warten, empfangen, warten, senden, bis der Client seine Seite geschlossen hat.
        // Empfangen: `let Some(data) = client.recv(1000)? else { continue };`
        // Nachsehen, ob es leer ist: `data.is_empty()`
        // Zwei Stücke zusammensetzen: `[b"GOT:", &data[..]].concat()`
        // Ein `?` nimmt den Wert aus einem `Ok` oder beendet die Task mit dem Fehler. Ohne einen
        // endet sie mit `return Ok(());` oder mit `break` und dann `Ok(())` hinter der Schleife, ohne
        // Strichpunkt.
        todo!(
            "wait for Op::Recv, receive, wait for Op::Send, send `GOT:` and the data / \
             warte mit Op::Recv, empfange, warte mit Op::Send, sende `GOT:` und die Daten"
        )
    })
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/echo_handler.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::echo_handler(super::echo_handler);
    }
}
