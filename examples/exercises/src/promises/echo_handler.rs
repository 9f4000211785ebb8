//! 08: the echo handler.

use genlab::{AsRawFd, Op, Socket, Task};

use crate::check::{Exercise, complain, expect, same, words};
use crate::hand::ByHand;
use crate::peer::{Peer, ends};
use crate::random::Random;

/// How many bytes can be received from it; they stay there.
fn available(sock: &Socket) -> usize {
    let mut room = [std::mem::MaybeUninit::uninit(); 100];
    sock.get_ref().peek(&mut room).unwrap_or(0)
}

/// The promises of `echo_handler`.
pub fn echo_handler(handler: fn(Socket) -> Task) {
    const EXERCISE: Exercise = Exercise("08_echo_handler");
    let serve = move || -> (ByHand, Peer) {
        let (handlers, client) = ends();
        let mut hand = ByHand::new(handler(handlers));
        hand.go_on();
        (hand, client)
    };
    let answers = |hand: &mut ByHand, client: &Peer, message: &[u8]| {
        client.say(message);
        hand.go_on();
        client.hears([b"GOT:", message].concat());
    };
    EXERCISE.promises(
        "Each message comes back with `GOT:` in front, one after the other.",
        "Jede Nachricht kommt mit `GOT:` davor zurück, eine nach der anderen.",
        move || {
            let (mut hand, client) = serve();
            answers(&mut hand, &client, b"Hello\n");
            answers(&mut hand, &client, b"World\n");
            for message in ["", "no end of a line", "\n", "  \r\n", "bye", "exit\n", "GOT:"] {
                if !message.is_empty() {
                    answers(&mut hand, &client, message.as_bytes());
                }
            }
            for i in 0..20 {
                answers(&mut hand, &client, format!("message {i}\n").as_bytes());
            }
        },
    );
    EXERCISE.promises(
        "Each handler has its own client: those of two who speak at once do not mix them up.",
        "Jeder Handler hat seinen eigenen Client: Sprechen zwei zugleich, verwechselt er sie nicht.",
        move || {
            let mut both = [serve(), serve()];
            let messages = ["this is one", "that is another"];
            for ((_, client), message) in both.iter().zip(messages) {
                client.say(message);
            }
            (0..4).for_each(|_| both.iter_mut().for_each(|(hand, _)| hand.turn()));
            for ((_, client), message) in both.iter().zip(messages) {
                client.hears(format!("GOT:{message}"));
            }
        },
    );
    EXERCISE.promises(
        "Empty data is the end of file: the handler ends well, and sends nothing for it.",
        "Leere Daten sind das Dateiende: Der Handler endet gut und schickt dafür nichts mehr.",
        move || {
            for last in ["bye", "", "the last\n"] {
                let (mut hand, client) = serve();
                client.say(last); // and the end arrives together with it
                client.end();
                hand.go_on();
                if !last.is_empty() {
                    client.hears(format!("GOT:{last}"));
                }
                match hand.ended.take() {
                    Some(Ok(())) => (),
                    Some(Err(error)) => complain(
                        format!(
                            "at the end of file it should end with Ok(()), but: {}",
                            words(&error).0
                        ),
                        format!(
                            "am Dateiende sollte er mit Ok(()) enden, aber: {}",
                            words(&error).1
                        ),
                    ),
                    None => complain(
                        "at the end of file it should end, but it waits",
                        "am Dateiende sollte er enden, aber er wartet",
                    ),
                }
                drop(hand);
                same(
                    String::from_utf8_lossy(&client.hears_all()).as_ref(),
                    "",
                    "what the client heard after its end",
                    "was der Client nach seinem Ende hörte",
                );
            }
        },
    );
    EXERCISE.promises(
        "The handler yields `Op::Recv` before it receives, and `Op::Send` before it sends; after `None` it \
         waits again.",
        "Der Handler liefert `Op::Recv`, bevor er empfängt, und `Op::Send`, bevor er sendet; nach `None` \
         wartet er noch einmal.",
        move || {
            let (handlers, client) = ends();
            let (fd, spy) = (handlers.as_raw_fd(), handlers.try_clone().expect("a descriptor"));
            let mut hand = ByHand::new(handler(handlers));
            for message in ["Hello", "World"] {
                client.say(message);
                let mut heard = Vec::new();
                for _ in 0..10 {
                    let (before, wait) = (available(&spy), hand.wait);
                    hand.turn();
                    let sent = client.takes(100).0;
                    expect(
                        hand.ended.is_none(),
                        "it ended, though the client is still there",
                        "er endete, obwohl der Client noch da ist",
                    );
                    expect(
                        available(&spy) == before || wait == Some((Op::Recv, fd)),
                        "it received without having waited with Op::Recv just before",
                        "er hat empfangen, ohne unmittelbar davor mit Op::Recv zu warten",
                    );
                    expect(
                        sent.is_empty() || wait == Some((Op::Send, fd)),
                        "it sent without having waited with Op::Send just before",
                        "er hat gesendet, ohne unmittelbar davor mit Op::Send zu warten",
                    );
                    expect(
                        hand.wait.is_some_and(|(_, other)| other == fd),
                        "it waits for a descriptor that is not its client's",
                        "er wartet auf einen Deskriptor, der nicht der seines Clients ist",
                    );
                    heard.extend(sent);
                }
                // Of these turns most were for nothing: there was no more to receive.
                let heard = String::from_utf8_lossy(&heard).into_owned();
                let english = "what it sent when it was resumed again and again, also for nothing";
                let german = "was er sandte, als er immer wieder fortgesetzt wurde, auch umsonst";
                same(heard, format!("GOT:{message}"), english, german);
            }
        },
    );
    #[cfg(target_os = "linux")]
    EXERCISE.promises(
        "After one wait the handler sends once.",
        "Nach einem Warten sendet der Handler einmal.",
        move || {
            let (handlers, client) = crate::peer::ends_of_packets();
            let mut hand = ByHand::new(handler(handlers));
            hand.go_on();
            client.say("Hello");
            hand.go_on();
            let packets = [1, 2].map(|_| client.takes(1).0.len()); // the rest of a packet is lost
            expect(
                packets == [1, 0],
                "it sent more than once after one wait",
                "er hat nach einem Warten mehr als einmal gesendet",
            );
        },
    );
    EXERCISE.promises(
        "It receives 1000 bytes at most, and sends back the very bytes, whether they are text or not.",
        "Er empfängt höchstens 1000 Bytes und schickt genau diese zurück, ob sie Text sind oder \
         nicht.",
        move || {
            let (mut hand, client) = serve();
            answers(&mut hand, &client, &[0, 255, 0xC3, 0x28, b'\r', b'\n', b' ']);
            answers(&mut hand, &client, "ä".as_bytes().split_at(1).0);
            let mut long = |length: usize| {
                let data: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
                client.say(&data);
                hand.go_on();
                for piece in data.chunks(1000) {
                    client.hears([b"GOT:", piece].concat());
                }
            };
            [1000, 2500, 997].into_iter().for_each(&mut long);
            let mut random = Random::new();
            (0..10).for_each(|_| long(1 + random.below(5000)));
        },
    );
    EXERCISE.promises(
        "When the connection fails, the handler ends, with the error or without, and does not panic.",
        "Wenn die Verbindung abbricht, endet der Handler, mit dem Fehler oder ohne, und ohne Panic.",
        move || {
            let ended = |hand: &mut ByHand| {
                hand.go_on();
                expect(
                    hand.ended.is_some(),
                    "the client has gone with an error, and the handler still waits",
                    "der Client ist mit einem Fehler gegangen, und der Handler wartet noch",
                );
            };
            let (mut hand, client) = serve();
            client.say("never read");
            hand.go_on();
            client.resets(); // with an answer that it has not read
            ended(&mut hand);
            let (mut hand, client) = serve();
            client.say("goes at once"); // nobody can be answered any more
            drop(client);
            ended(&mut hand);
        },
    );
}
