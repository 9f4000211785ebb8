//! # 10 · The slow reader / Der langsame Leser
//!
//! Why: the slice `rest` says what is still to be sent, and each `send` makes it shorter at the
//! front. The wait is inside the loop: a full buffer is no error and no reason to give up, only a
//! reason to wait once more. An index that grows, or a `Vec` from which you `drain`, does the same.
//! A loop without the wait sends every byte, too, but nobody else runs until the client has read.
//!
//! ---
//!
//! Warum: Der Slice `rest` ist das, was noch zu schicken ist, und jedes `send` kürzt ihn vorn. Das
//! Warten steht in der Schleife: Ein voller Puffer ist kein Fehler und kein Grund aufzugeben, nur
//! ein Grund, noch einmal zu warten. Ein Index, der wächst, oder ein `Vec`, aus dem man mit `drain`
//! nimmt, leistet dasselbe. Eine Schleife ohne das Warten schickt auch jedes Byte, aber niemand
//! sonst läuft, bis der Client gelesen hat.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
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
