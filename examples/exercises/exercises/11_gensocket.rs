//! # 11 · A line at a time / Zeile für Zeile
//!
//! `GenSocket` waits by itself: `client.recv(&co, 1000).await?` yields and then receives. It can,
//! because an `async` function may yield in the name of the task that calls it; in Python that is
//! `yield from`. You write such a function now. TCP knows no messages: what is sent as one line may
//! arrive in three pieces, and two lines may arrive in one.
//!
//! Write `read_line`: it returns the next line without its `\n`. What came after the `\n` stays in
//! `buffer` for the next call. When the client has closed its side (`recv` returns empty data), it
//! returns `Ok(None)`; half a line there is dropped.
//!
//! ---
//!
//! `GenSocket` wartet von selbst: `client.recv(&co, 1000).await?` hält an und empfängt dann. Das
//! geht, weil eine `async`-Funktion im Namen der Task anhalten kann, die sie aufruft; in Python ist
//! das `yield from`. So eine Funktion schreibst du jetzt. TCP kennt keine Nachrichten: Was als eine
//! Zeile abgeschickt wird, kann in drei Stücken ankommen, und zwei Zeilen können in einem kommen.
//!
//! Schreib `read_line`: Es gibt die nächste Zeile ohne ihr `\n` zurück. Was nach dem `\n` kam,
//! bleibt für den nächsten Aufruf in `buffer`. Hat der Client seine Seite geschlossen (`recv`
//! liefert leere Daten), gibt es `Ok(None)` zurück; eine halbe Zeile fällt dann weg.

use std::io;

use genlab::{Co, GenSocket};

async fn read_line(
    co: &Co,
    client: &GenSocket,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    // TODO: this returns whatever arrives, as if it were a line.
    // `buffer.iter().position(|&byte| byte == b'\n')` finds the end of a line, if there is one;
    // `let line: Vec<u8> = buffer.drain(..=end).collect();` takes the line out, with its `\n`;
    // `&line[..end]` is the line without it; `buffer.extend(data)` adds data.
    // A line `served: cannot send …` in the output is not your error: the test's client has gone.
    let data = client.recv(co, 1000).await?;
    Ok(Some(String::from_utf8_lossy(&data).into_owned()))
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
