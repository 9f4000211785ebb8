//! # 11 · A line at a time / Zeile für Zeile
//!
//! Why: first look whether a whole line is there already, then receive; so two lines in one piece
//! need one `recv`, and a line in three pieces needs three. The buffer belongs to the caller, since
//! it must live longer than one call. Receiving one byte at a time is right as well, and slow: each
//! byte costs a wait. `position` and `split_off`, or `split_first` in a loop: as you like.
//!
//! ---
//!
//! Warum: Erst nachsehen, ob schon eine ganze Zeile da ist, dann empfangen; so brauchen zwei Zeilen
//! in einem Stück ein einziges `recv` und eine Zeile in drei Stücken drei. Der Puffer gehört dem
//! Aufrufer, denn er muss länger leben als ein Aufruf. Byte für Byte zu empfangen ist auch richtig,
//! aber langsam: Jedes Byte kostet ein Warten. `position` und `split_off` oder eine Schleife über
//! die Bytes: ganz nach Geschmack.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        if let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            return Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()));
        }
        let data = client.recv(co, 1000).await?;
        if data.is_empty() {
            return Ok(None);
        }
        buffer.extend(data);
    }
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
