//! # 10 · The slow reader / Der langsame Leser
//!
//! Its Rust: ../../docs/en/rust.md, "Owning and borrowing", "Lists and bytes".
//!
//! A client asks for much and reads slowly. The kernel keeps a little for it; when that is full,
//! `send` takes only a part. It returns how many bytes it took, perhaps 0. What it did not take is
//! yours to send, as soon as the kernel has room again.
//!
//! `send_all` sends once, and the rest is lost. Change it: wait until the kernel has room,
//! send, and go on with the rest, until nothing is left. Wait again before each `send`,
//! so that the others run in the meantime. Without data it returns `Ok(())`; the first error of
//! `send` it returns.
//!
//! ---
//!
//! Rust dazu: ../../docs/de/rust.md, „Besitzen und leihen“, „Listen und Bytes“.
//!
//! Ein Client verlangt viel und liest langsam. Der Kernel hebt ein wenig für ihn auf; ist der Platz
//! voll, nimmt `send` nur einen Teil. Es gibt zurück, wie viele Bytes es genommen hat, vielleicht
//! 0. Den Rest musst du selbst schicken, sobald der Kernel wieder Platz hat.
//!
//! `send_all` schickt nur einmal, und der Rest geht verloren. Ändere das: Warte, bis der Kernel
//! Platz hat, schick, und mach mit dem Rest weiter, bis nichts mehr übrig ist. Warte vor
//! jedem `send` von Neuem, damit inzwischen die anderen laufen. Ohne Daten gibt die Funktion `Ok(())`
//! zurück, den ersten Fehler von `send` gibt sie weiter.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let sent = client.send(data)?;
    // TODO: the rest, `&data[sent..]`, is still to be sent. `&data[a..b]` is a part of the data, a
    // slice; nothing is copied. A `let mut rest = data;` can keep the rest, `rest = …` changes it.
    // TODO (de): Der Rest, `&data[sent..]`, ist noch zu senden. `&data[a..b]` ist ein Teil der
    // Daten, ein Slice; kopiert wird dabei nichts. `let mut rest = data;` kann den Rest halten,
    // `rest = …` ändert ihn.
    Ok(())
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/slow_reader.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::slow_reader(super::send_all);
    }
}
