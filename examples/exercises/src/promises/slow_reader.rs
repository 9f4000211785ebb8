//! 10: the slow reader.

use std::io;

use genlab::{AsRawFd, Co, Op, RawFd, Socket, task};

use crate::check::{Exercise, complain, expect, same};
use crate::hand::ByHand;
use crate::peer::{Peer, ends};
use crate::random::{self, Random};

/// So many bytes, none like its neighbour. A million is more than a buffer of the kernel holds here.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

/// A task that sends with the student's function, and the descriptor that it should wait for.
fn sender<F>(send_all: F, (client, reader): (Socket, Peer), data: &[u8]) -> (ByHand, RawFd, Peer)
where
    F: AsyncFn(&Co, &Socket, &[u8]) -> io::Result<()> + 'static,
{
    let (fd, data) = (client.as_raw_fd(), data.to_vec());
    let sends = task(move |co| async move { send_all(&co, &client, &data).await });
    (ByHand::new(sends), fd, reader)
}

/// Complains about what has arrived, if it is not all, each once and in its place.
fn arrived(heard: &[u8], data: &[u8], result: Option<&io::Result<()>>) {
    let good = heard.iter().zip(data).take_while(|(a, b)| a == b).count();
    if heard == data {
        return;
    }
    let (english, german) = match (good == heard.len(), good == data.len()) {
        (true, _) => ("some at the end are missing", "fehlen am Ende welche"),
        (_, true) => ("all arrived, and then more", "kamen alle an und dann noch mehr"),
        _ if heard.len() < data.len() => {
            ("some in the middle are missing", "fehlen in der Mitte welche")
        }
        _ => (
            "some arrived wrong: they are not the ones that belong in their place",
            "kamen manche falsch an: Es sind nicht die, die an ihren Platz gehören",
        ),
    };
    let all = if random::used().is_some() { "n".into() } else { data.len().to_string() };
    let result = match result {
        None => ("", ""),
        Some(Ok(())) => (", and it returned Ok", ", und es hat Ok geliefert"),
        Some(Err(_)) => (", and it returned Err", ", und es hat Err geliefert"),
    };
    complain(
        format!("of {all} bytes {english}{}", result.0),
        format!("von {all} Bytes {german}{}", result.1),
    );
}

/// The promises of `send_all`.
pub fn slow_reader<F>(send_all: F)
where
    F: AsyncFn(&Co, &Socket, &[u8]) -> io::Result<()> + Copy + Send + 'static,
{
    const EXERCISE: Exercise = Exercise("10_slow_reader");
    // The reader takes so many bytes at a time, and the sender goes on each time.
    let sent = move |length: usize, mut most: Box<dyn FnMut() -> usize>| {
        let data = bytes(length);
        let (mut hand, _, reader) = sender(send_all, ends(), &data);
        let mut heard = Vec::new();
        loop {
            hand.go_on();
            let more = reader.takes(most()).0;
            if hand.ended.is_some() && more.is_empty() {
                break;
            }
            expect(
                hand.ended.is_some() || hand.wait.is_some_and(|(op, _)| op == Op::Send),
                "there is still something to send, but it does not wait with Op::Send",
                "es ist noch etwas zu senden, aber es wartet nicht mit Op::Send",
            );
            heard.extend(more);
            if heard.len() > length {
                break; // and perhaps it never ends
            }
        }
        arrived(&heard, &data, hand.ended.as_ref());
        expect(
            matches!(hand.ended, Some(Ok(()))),
            "all was sent, but it did not return Ok(())",
            "alles ist gesendet, aber es hat nicht Ok(()) geliefert",
        );
    };
    EXERCISE.promises(
        "Every byte arrives, once, in its place. Before each `send` it waits, and the others run meanwhile.",
        "Jedes Byte kommt an, genau einmal, an seinem Platz. Vor jedem `send` wird gewartet, und die \
         anderen laufen inzwischen.",
        move || {
            [10, 1].into_iter().for_each(|length| sent(length, Box::new(|| 1000)));
            sent(1_000_000, Box::new(|| 10_000));
        },
    );
    EXERCISE.promises(
        "While the reader takes nothing, `send_all` waits with `Op::Send`, so that the others run, \
         and does not give up.",
        "Solange der Client nichts nimmt, wartet `send_all` mit `Op::Send`, damit die anderen \
         laufen, und gibt nicht auf.",
        move || {
            let data = bytes(1_000_000);
            let (mut hand, fd, reader) = sender(send_all, ends(), &data);
            let mut heard = Vec::new();
            let mut turns = 0;
            for round in 0..3 {
                for _ in 0..1000 {
                    hand.turn(); // most of these for nothing: there is no room
                    if let Some(result) = &hand.ended {
                        let (english, german) = match turns {
                            0..50 => ("a few waits", "wenigen Malen Warten"),
                            50..500 => ("about a hundred waits", "etwa hundertmal Warten"),
                            _ => ("about a thousand waits", "etwa tausendmal Warten"),
                        };
                        let result = if result.is_ok() { "Ok" } else { "Err" };
                        complain(
                            format!(
                                "it ended, although the client had not taken everything, with \
                                 {result}, after {english}"
                            ),
                            format!(
                                "es ist zu Ende, obwohl der Client nicht alles genommen hat, mit \
                                 {result}, nach {german}"
                            ),
                        );
                    }
                    turns += 1;
                    expect(
                        hand.wait == Some((Op::Send, fd)),
                        "it does not wait with Op::Send for its client",
                        "es wartet nicht mit Op::Send auf seinen Client",
                    );
                }
                heard.extend(reader.takes(100_000 * round).0);
            }
            while hand.ended.is_none() {
                hand.go_on();
                heard.extend(reader.takes(100_000).0);
            }
            heard.extend(reader.takes(1_000_000).0);
            arrived(&heard, &data, hand.ended.as_ref());
            // There may be no room from the start.
            let (client, reader) = ends();
            let mut full = 0;
            loop {
                match client.send(&[0; 1000]).expect("a reader") {
                    0 => break,
                    n => full += n,
                }
            }
            let data = bytes(10);
            let (mut hand, _, reader) = sender(send_all, (client, reader), &data);
            for _ in 0..10 {
                hand.turn();
                expect(
                    hand.ended.is_none(),
                    "there was no room from the start, and it ended without having sent anything",
                    "von Anfang an war kein Platz, und es endete, ohne etwas gesendet zu haben",
                );
            }
            same(
                reader.takes(full).0.len(),
                full,
                "how much was there before",
                "wie viel davor da war",
            );
            hand.go_on();
            arrived(&reader.takes(1000).0, &data, hand.ended.as_ref());
        },
    );
    EXERCISE.promises(
        "It waits before each `send`, also before the first.",
        "Es wartet vor jedem `send`, auch vor dem ersten.",
        move || {
            let (mut hand, _, reader) = sender(send_all, ends(), b"Hello");
            hand.turn();
            reader.hears_nothing("before the first wait", "vor dem ersten Warten");
            hand.go_on();
            reader.hears("Hello");
            let (mut hand, _, reader) = sender(send_all, ends(), b"Hello");
            let mut heard = 0;
            while hand.ended.is_none() && heard < 5 {
                hand.turn();
                heard += reader.takes(5).0.len();
            }
            expect(
                hand.ended.is_some(),
                "everything is sent, and it waits once more",
                "es ist alles gesendet, und es wartet noch einmal",
            );
            #[cfg(target_os = "linux")]
            {
                let packets = crate::peer::ends_of_packets();
                let (mut hand, _, reader) = sender(send_all, packets, &bytes(5000));
                while hand.ended.is_none() {
                    hand.turn();
                    let one = reader.takes(1).0.len(); // the rest of a packet is lost: it is one
                    let more = reader.takes(1).0.len();
                    expect(
                        one + more < 2,
                        "it sent more than once after one wait",
                        "es hat nach einem Warten mehr als einmal gesendet",
                    );
                }
            }
        },
    );
    EXERCISE.promises(
        "With no data there is nothing to send: `send_all` returns `Ok(())`.",
        "Ohne Daten gibt es nichts zu schicken: `send_all` gibt `Ok(())` zurück.",
        move || {
            let (mut hand, _, reader) = sender(send_all, ends(), b"");
            hand.go_on();
            expect(
                matches!(hand.ended, Some(Ok(()))),
                "without data it did not return Ok(())",
                "ohne Daten hat es nicht Ok(()) geliefert",
            );
            drop(hand);
            same(reader.hears_all().len(), 0, "how many bytes arrived", "wie viele Bytes ankamen");
        },
    );
    EXERCISE.promises(
        "An error of `send` is returned: what was not sent is not taken for sent.",
        "Ein Fehler von `send` wird zurückgegeben: Was nicht gesendet ist, gilt nicht als gesendet.",
        move || {
            for taken in [0, 100_000] {
                let (mut hand, _, reader) = sender(send_all, ends(), &bytes(1_000_000));
                hand.go_on();
                reader.takes(taken);
                hand.go_on();
                drop(reader);
                // The first error is the one: only through a network it may take some turns to come.
                if cfg!(unix) { hand.turn() } else { hand.go_on() }
                expect(
                    matches!(hand.ended, Some(Err(_))),
                    "the client has gone, but `send_all` did not return the error",
                    "der Client ist weg, aber `send_all` hat den Fehler nicht zurückgegeben",
                );
            }
        },
    );
    EXERCISE.promises(
        "So it is for any number of bytes, however the reader takes them.",
        "So ist es für jede Zahl von Bytes, wie immer der Client sie nimmt.",
        move || {
            let mut random = Random::new();
            for _ in 0..10 {
                let length = [0, 2, 1000, 1001, 300_000][random.below(5)] + random.below(1000);
                let mut draw = Random::new();
                sent(length, Box::new(move || 1 + draw.below(50_000)));
            }
        },
    );
}
