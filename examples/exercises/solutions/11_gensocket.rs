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

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::{Peer, check, ends};
    use genlab::{Tasks, run, task};
    use std::thread;

    /// A client that gets each line back in brackets, and a dot at the end.
    fn served() -> Peer {
        let (handlers, client) = ends();
        thread::spawn(move || {
            let tasks = Tasks::new();
            tasks.append(task(move |co| async move {
                let client = GenSocket::new(handlers);
                let mut buffer = Vec::new();
                while let Some(line) = read_line(&co, &client, &mut buffer).await? {
                    client.send_all(&co, format!("[{line}]").as_bytes()).await?;
                }
                client.send_all(&co, b".").await
            }));
            run(&tasks);
        });
        client
    }

    #[test]
    fn a_line_comes_without_its_end() {
        check(
            "A line is returned without its `\\n`; an empty line is a line, too.",
            "Eine Zeile wird ohne ihr `\\n` zurückgegeben; auch eine leere Zeile ist eine Zeile.",
            || {
                let client = served();
                client.say("Hello\n");
                client.hears("[Hello]");
                client.say("\n");
                client.hears("[]");
            },
        );
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        check(
            "`read_line` receives until the `\\n` is there: a line may come in pieces.",
            "`read_line` empfängt, bis das `\\n` da ist: Eine Zeile kann in Stücken kommen.",
            || {
                let client = served();
                for piece in ["He", "l"] {
                    client.say(piece);
                    thread::sleep(std::time::Duration::from_millis(30));
                    client.hears_nothing();
                }
                client.say("lo\n");
                client.hears("[Hello]");
            },
        );
    }

    #[test]
    fn two_lines_may_come_in_one_piece() {
        check(
            "What came after the `\\n` is kept in `buffer`, for the next call.",
            "Was nach dem `\\n` kam, bleibt für den nächsten Aufruf in `buffer`.",
            || {
                let client = served();
                client.say("one\ntwo\nthr");
                client.hears("[one][two]");
                client.say("ee\n");
                client.hears("[three]");
            },
        );
    }

    #[test]
    fn at_the_end_of_file_there_is_no_line() {
        check(
            "At the end of file `read_line` returns `None`, even if half a line is left.",
            "Am Dateiende gibt `read_line` `None` zurück, auch wenn eine halbe Zeile übrig ist.",
            || {
                let client = served();
                client.say("all\nhal");
                client.end();
                client.hears("[all].");
                let more = client.hears_all();
                assert_eq!(String::from_utf8_lossy(&more), "", "more came after the end");
            },
        );
    }
}
