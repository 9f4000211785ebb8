//! # 08 · The echo handler / Der Echo-Handler
//!
//! Why: `recv` and `send` do not wait, they only do what is possible now. The `yield` before each
//! is what waits, and while this task waits the others run. The end of file can always be received,
//! so whoever does not look for empty data turns in a circle. `else { continue }` goes back to the
//! wait; a `match` with three arms says the same. That `send` may take only a part of a long answer
//! is the subject of exercise 10; a loop around it is right here already.
//!
//! ---
//!
//! Warum: `recv` und `send` warten nicht, sie tun nur, was jetzt möglich ist. Gewartet wird beim
//! `yield` davor, und solange diese Task wartet, laufen die anderen. Das Dateiende lässt sich immer
//! empfangen; wer nicht auf leere Daten achtet, dreht sich deshalb im Kreis. `else { continue }`
//! geht zurück zum Warten; ein `match` mit drei Zweigen sagt dasselbe. Dass `send` von einer langen
//! Antwort vielleicht nur einen Teil nimmt, ist Thema von Übung 10; eine Schleife darum ist auch
//! hier schon richtig.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
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
