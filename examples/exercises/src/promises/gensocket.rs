//! 11: a line at a time.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use genlab::{AsRawFd, Co, GenSocket, Op, task};

use crate::check::{Exercise, complain, expect, same, same_list, words};
use crate::hand::ByHand;
use crate::peer::{Peer, ends};
use crate::random::Random;

/// A task that reads lines with the student's function, and what it has read so far.
struct Reader {
    hand: ByHand,
    lines: Rc<RefCell<Vec<String>>>,
    client: Option<Peer>,
}

impl Reader {
    fn new<F>(read_line: F) -> Reader
    where
        F: AsyncFn(&Co, &GenSocket, &mut Vec<u8>) -> io::Result<Option<String>> + 'static,
    {
        let ((here, client), lines) = (ends(), Rc::<RefCell<Vec<String>>>::default());
        // Of this the test says nothing; but a client that goes without reading it goes with an error.
        here.send(b"unread").expect("room");
        let read = lines.clone();
        let reads = task(move |co| async move {
            let (client, mut buffer) = (GenSocket::new(here), Vec::new());
            while let Some(line) = read_line(&co, &client, &mut buffer).await? {
                read.borrow_mut().push(line);
                co.yield_((Op::Send, client.as_raw_fd())).await; // as if it answered
            }
            Ok(())
        });
        Reader { hand: ByHand::new(reads), lines, client: Some(client) }
    }

    /// The client sends this, and the task reads what it can.
    fn says(&mut self, data: impl AsRef<[u8]>) {
        self.client.as_ref().expect("a client").say(data);
        self.hand.go_on();
    }

    /// All lines so far.
    fn has_read(&self, expected: &[&str], english: &str, german: &str) {
        let lines = self.lines.borrow();
        same_list(&lines.iter().map(String::as_str).collect::<Vec<_>>(), expected, english, german);
        if let Some(Err(error)) = &self.hand.ended {
            complain(
                format!("`read_line` returned an error: {}", words(error).0),
                format!("`read_line` hat einen Fehler geliefert: {}", words(error).1),
            );
        }
        expect(
            self.hand.ended.is_none(),
            "`read_line` returned None, though the client goes on",
            "`read_line` hat None geliefert, obwohl der Client weitermacht",
        );
    }
}

/// The promises of `read_line`.
pub fn gensocket<F>(read_line: F)
where
    F: AsyncFn(&Co, &GenSocket, &mut Vec<u8>) -> io::Result<Option<String>> + Copy + Send + 'static,
{
    const EXERCISE: Exercise = Exercise("11_gensocket");
    let new = move || Reader::new(read_line);
    EXERCISE.promises(
        "A line is returned without its `\\n`, and otherwise as it is; an empty line is a line, too.",
        "Eine Zeile wird ohne ihr `\\n` zurückgegeben, sonst so, wie sie ist; auch eine leere Zeile \
         ist eine Zeile.",
        move || {
            let mut reader = new();
            let mut all = Vec::new();
            for line in ["Hello", "World", "", " two  words ", "a tab\t", "\r", "the end\r", "\0zero\0"] {
                reader.says(format!("{line}\n"));
                all.push(line);
                reader.has_read(&all, "the lines", "die Zeilen");
            }
        },
    );
    EXERCISE.promises(
        "`read_line` receives until the `\\n` is there: a line may come in pieces.",
        "`read_line` empfängt, bis das `\\n` da ist: Eine Zeile kann in Stücken kommen.",
        move || {
            let mut reader = new();
            for piece in ["He", "l", "lo"] {
                reader.says(piece);
                reader.has_read(&[], "without a `\\n`", "ohne ein `\\n`");
            }
            reader.says("\n");
            reader.has_read(&["Hello"], "a line in four pieces", "eine Zeile in vier Stücken");
        },
    );
    EXERCISE.promises(
        "What came after the `\\n` is kept in `buffer`, for the next call.",
        "Was nach dem `\\n` kam, bleibt für den nächsten Aufruf in `buffer`.",
        move || {
            let mut reader = new();
            reader.says("one\ntwo\nthr");
            let first = reader.lines.borrow().join("|");
            reader.says("ee\n\n\nfour\n");
            same(
                format!("{first}; {}", reader.lines.borrow().join("|")),
                "one|two; one|two|three|||four",
                "the client sent \"one\\ntwo\\nthr\", then \"ee\\n\\n\\nfour\\n\"; the lines read after each (`;` \
                 between the two, `|` between lines)",
                "der Client schickte \"one\\ntwo\\nthr\", dann \"ee\\n\\n\\nfour\\n\"; die Zeilen, die nach jedem \
                 gelesen waren (`;` zwischen den beiden, `|` zwischen Zeilen)",
            );
            let mut both = [new(), new()];
            for pieces in [["one\ntw", "eins\nzw"], ["o\n", "ei\n"]] {
                for (reader, piece) in both.iter_mut().zip(pieces) {
                    reader.client.as_ref().expect("a client").say(piece);
                }
                (0..10).for_each(|_| both.iter_mut().for_each(|reader| reader.hand.turn()));
            }
            same(
                both.map(|reader| reader.lines.borrow().join("|")).join("; "),
                "one|two; eins|zwei",
                "the lines of two clients who speak at once",
                "die Zeilen zweier Clients, die zugleich sprechen",
            );
        },
    );
    EXERCISE.promises(
        "At the end of file `read_line` returns `Ok(None)`, even if half a line is left; the lines \
         before it are returned.",
        "Am Dateiende gibt `read_line` `Ok(None)` zurück, auch wenn eine halbe Zeile übrig ist; die \
         Zeilen davor gibt es zurück.",
        move || {
            for rest in ["hal", ""] {
                let mut reader = new();
                let client = reader.client.take().expect("a client");
                client.say(format!("all\nof them\n{rest}"));
                client.end();
                reader.hand.go_on();
                same_list(
                    &reader.lines.borrow(),
                    &["all".to_string(), "of them".to_string()],
                    "two lines, then the end of file",
                    "zwei Zeilen, dann das Dateiende",
                );
                match &reader.hand.ended {
                    Some(Ok(())) => (),
                    Some(Err(error)) => complain(
                        format!("at the end of file it should return Ok(None), but: {}", words(error).0),
                        format!("am Dateiende sollte es Ok(None) liefern, aber: {}", words(error).1),
                    ),
                    None => complain(
                        "at the end of file it should return Ok(None), but it waits",
                        "am Dateiende sollte es Ok(None) liefern, aber es wartet",
                    ),
                }
            }
        },
    );
    // Where a pair of sockets goes through the network, a reset may be read as an end of file.
    #[cfg(unix)]
    EXERCISE.promises(
        "When the connection fails, the error is returned: it is no end of file.",
        "Wenn die Verbindung abbricht, wird der Fehler zurückgegeben: Das ist kein Dateiende.",
        move || {
            let mut reader = new();
            reader.says("a line\nhalf a l");
            reader.client.take().expect("a client").resets(); // with something that it has not read: a reset
            reader.hand.go_on();
            expect(
                matches!(reader.hand.ended, Some(Err(_))),
                "the client has gone with an error, but `read_line` did not return it",
                "der Client ist mit einem Fehler gegangen, aber `read_line` hat ihn nicht geliefert",
            );
        },
    );
    EXERCISE.promises(
        "A line may be long, and in any language; bytes that are no text are no reason to panic.",
        "Eine Zeile darf lang sein und in jeder Sprache; Bytes, die kein Text sind, sind kein Grund \
         für eine Panic.",
        move || {
            let mut reader = new();
            let long = "line ".repeat(20_000);
            long.as_bytes().chunks(5000).for_each(|piece| reader.says(piece));
            reader.says("\nshort\n");
            same(
                reader.lines.borrow().iter().map(String::len).collect::<Vec<_>>(),
                [long.len(), 5],
                "how long the lines are",
                "wie lang die Zeilen sind",
            );
            expect(
                reader.lines.borrow()[0] == long,
                "a line of 100,000 bytes came back changed",
                "eine Zeile mit 100 000 Bytes kam verändert zurück",
            );
            let mut reader = new();
            // The client sends each byte alone, so that letters come in pieces.
            "Grüße, 世界\nUnd noch eine: ß\n".bytes().for_each(|byte| reader.says([byte]));
            let lines = ["Grüße, 世界", "Und noch eine: ß"];
            reader.has_read(&lines, "letters of several bytes", "Buchstaben aus mehreren Bytes");
            let mut reader = new();
            reader.says(b"a\xffb\nand another\n");
            // Either with a sign for what is no text, or an error.
            if reader.hand.ended.is_none() {
                let (english, german) = ("a byte that is no text", "ein Byte, das kein Text ist");
                reader.has_read(&["a\u{fffd}b", "and another"], english, german);
            }
        },
    );
    EXERCISE.promises(
        "However lines are cut into pieces, they come as they were sent.",
        "Wie auch immer Zeilen in Stücke geschnitten sind, sie kommen so, wie sie geschickt wurden.",
        move || {
            let mut random = Random::new();
            let mut reader = new();
            let lines: Vec<String> = (0..100)
                .map(|_| (0..random.below(30)).map(|_| ['a', ' ', 'ö', '\r'][random.below(4)]).collect())
                .collect();
            let mut rest = lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
            while !rest.is_empty() {
                let piece = (1 + random.below(100)).min(rest.len());
                reader.says(rest.drain(..piece).collect::<Vec<_>>());
            }
            same(
                reader.lines.borrow().join("|"),
                lines.join("|"),
                "the lines, with | between them",
                "die Zeilen, mit | dazwischen",
            );
        },
    );
}
