//! 13: a chat room.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use genlab::{AsRawFd, GenSocket, RawFd, Task};

use crate::check::{Exercise, expect, same};
use crate::hand::ByHand;
use crate::peer::{Peer, ends, short};
use crate::random::Random;

type Room = Rc<RefCell<Vec<Rc<GenSocket>>>>;
type Member = fn(GenSocket, Room) -> Task;

/// A room, and those who are in it, each driven by hand.
struct Chat {
    member: Member,
    room: Room,
    members: Vec<(ByHand, RawFd)>,
}

impl Chat {
    /// A room with so many members, and their clients.
    fn new(member: Member, size: usize) -> (Chat, Vec<Peer>) {
        let mut chat = Chat { member, room: Room::default(), members: Vec::new() };
        let peers = (0..size).map(|_| chat.enters()).collect();
        (chat, peers)
    }

    fn enters(&mut self) -> Peer {
        let (client, peer) = ends();
        let fd = client.as_raw_fd();
        let mut hand = ByHand::new((self.member)(GenSocket::new(client), self.room.clone()));
        hand.turn();
        expect(
            hand.ended.is_none(),
            "a member should wait for its client, but it ended",
            "ein Mitglied sollte auf seinen Client warten, ist aber zu Ende",
        );
        self.members.push((hand, fd));
        self.is_in_order();
        peer
    }

    /// Drives all until each waits for something that is not there, or has ended.
    fn go_on(&mut self) {
        for _ in 0..2 {
            for i in 0..self.members.len() {
                self.members[i].0.go_on();
                expect(
                    self.room.try_borrow_mut().is_ok(),
                    "a member waits, and the room is still borrowed: nobody else can enter or leave",
                    "ein Mitglied wartet und hat den Raum noch ausgeliehen: Niemand sonst kann kommen \
                     oder gehen",
                );
            }
        }
        self.is_in_order();
    }

    /// In the room are those who have not ended.
    fn is_in_order(&self) {
        let mut inside: Vec<_> =
            self.room.borrow().iter().map(|client| client.as_raw_fd()).collect();
        let here = self.members.iter().filter(|(hand, _)| hand.ended.is_none());
        let mut here: Vec<_> = here.map(|(_, fd)| *fd).collect();
        let (english, german) = ("how many are in the room", "wie viele im Raum sind");
        same(inside.len(), here.len(), english, german);
        inside.sort();
        here.sort();
        expect(
            inside == here,
            "in the room are others than those who are still connected",
            "im Raum sind andere als die, die noch verbunden sind",
        );
    }

    fn members_left(&self, count: usize) {
        let here = self.members.iter().filter(|(hand, _)| hand.ended.is_none()).count();
        same(
            here,
            count,
            "how many members have not ended",
            "wie viele Mitglieder nicht zu Ende sind",
        );
    }
}

/// What all have heard by now.
fn heard(peers: &[Peer], expected: &[&str], english: &str, german: &str) {
    let heard: Vec<_> = peers.iter().map(|peer| peer.takes(10_000).0).collect();
    let heard: Vec<_> = heard.iter().map(|data| data.escape_ascii().to_string()).collect();
    same(heard, expected, english, german);
}

/// The promises of `member`.
pub fn chat_room(member: Member) {
    const EXERCISE: Exercise = Exercise("13_chat_room");
    EXERCISE.promises(
        "What one member says, all others hear, and itself does not.",
        "Was ein Mitglied sagt, hören alle anderen und es selbst nicht.",
        move || {
            let (mut chat, peers) = Chat::new(member, 3);
            peers[0].say("Hello");
            chat.go_on();
            let said = ("what the three heard", "was die drei hörten");
            heard(&peers, &["", "Hello", "Hello"], said.0, said.1);
            peers[1].say("A");
            peers[2].say("B");
            chat.go_on();
            heard(
                &peers,
                &["AB", "B", "A"],
                "when two spoke at once",
                "als zwei zugleich sprachen",
            );
            let (mut chat, peers) = Chat::new(member, 6);
            for (i, text) in ["one", "two\n", " three ", "four"].iter().enumerate() {
                peers[i + 1].say(text);
                chat.go_on();
                let mut expected = [*text; 6];
                expected[i + 1] = "";
                let expected = expected.map(|text| text.escape_default().to_string());
                heard(&peers, &expected.each_ref().map(String::as_str), "of six", "von sechs");
            }
        },
    );
    EXERCISE.promises(
        "A member whose client has closed its side leaves the room; the others stay in it.",
        "Ein Mitglied, dessen Client seine Seite geschlossen hat, verlässt den Raum; die anderen \
         bleiben.",
        move || {
            let (mut chat, peers) = Chat::new(member, 5);
            for (leaver, speaker) in [(1, 4), (0, 3), (4, 2)] {
                peers[leaver].end();
                chat.go_on();
                peers[speaker].say(format!("without {leaver}"));
                chat.go_on();
            }
            chat.members_left(2);
            let expected =
                ["without 1", "", "without 1without 0", "without 1without 4", "without 0"];
            heard(&peers, &expected, "what the five heard", "was die fünf hörten");
            peers[2].say("only you"); // and leaves in the same moment
            peers[2].end();
            chat.go_on();
            chat.members_left(1);
            heard(&peers[3..4], &["only you"], "what the last one heard", "was der letzte hörte");
            expect(
                [0, 1, 2, 4].iter().all(|&gone| peers[gone].takes(100).1),
                "the connection of a member who has left is still open",
                "die Verbindung eines Mitglieds, das gegangen ist, ist noch offen",
            );
        },
    );
    EXERCISE.promises(
        "Whoever enters later hears what is said from then on, and is heard.",
        "Wer später kommt, hört, was von da an gesagt wird, und wird gehört.",
        move || {
            let (mut chat, mut peers) = Chat::new(member, 2);
            peers[0].say("early");
            chat.go_on();
            peers.push(chat.enters());
            peers[0].say(" late");
            chat.go_on();
            peers[2].say(" new");
            chat.go_on();
            let expected = [" new", "early late new", " late"];
            heard(&peers, &expected, "what the three heard", "was die drei hörten");
        },
    );
    EXERCISE.promises(
        "A member whose client resets the connection leaves, and the others go on.",
        "Ein Mitglied, dessen Client die Verbindung abbricht, geht, und die anderen machen weiter.",
        move || {
            for gone in 0..3 {
                let (mut chat, mut peers) = Chat::new(member, 3);
                peers[(gone + 1) % 3].say("never read");
                chat.go_on();
                peers.remove(gone).resets(); // closed with unread data: the member gets an error
                chat.go_on();
                chat.members_left(2);
                let _ = peers[0].takes(100);
                let _ = peers[1].takes(100);
                peers[0].say("Hello");
                chat.go_on();
                heard(&peers, &["", "Hello"], "what the two heard", "was die beiden hörten");
            }
        },
    );
    EXERCISE.promises(
        "If it cannot send to another, that is the other's error: all others still hear it.",
        "Kann es einem anderen nichts schicken, so liegt das an dem anderen: Alle übrigen hören es.",
        move || {
            for gone in 0..4 {
                let (mut chat, mut peers) = Chat::new(member, 5);
                drop(peers.remove(gone)); // its own member does not know it yet
                let speaker = (gone + 1) % 4;
                peers[speaker].say("Hello");
                // The speaker first, then the one that has gone.
                let fds: Vec<_> = chat.members.iter().map(|(_, fd)| *fd).collect();
                let fd = fds[if speaker < gone { speaker } else { speaker + 1 }];
                let one = chat.members.iter_mut().find(|(_, other)| *other == fd);
                one.expect("a member").0.go_on();
                let mut expected = ["Hello"; 4];
                expected[speaker] = "";
                heard(&peers, &expected, "what the four heard", "was die vier hörten");
                chat.go_on();
                chat.members_left(4);
            }
        },
    );
    EXERCISE.promises(
        "Nobody waits for a member who does not read: it misses something, and stays.",
        "Niemand wartet auf ein Mitglied, das nicht liest: Es verpasst etwas und bleibt.",
        move || {
            let (mut chat, peers) = Chat::new(member, 4);
            let [speaker, slow, ..] = &peers[..] else { unreachable!() };
            let piece = vec![b'x'; 5000];
            for _ in 0..200 {
                speaker.say(&piece);
                let mut heard = [Vec::new(), Vec::new()];
                let start = Instant::now();
                while heard.iter().any(|heard| heard.len() < piece.len()) {
                    expect(
                        start.elapsed() < Duration::from_secs(1),
                        "while one member does not read, the others do not hear everything",
                        "solange ein Mitglied nicht liest, hören die anderen nicht alles",
                    );
                    chat.go_on();
                    for (heard, quick) in heard.iter_mut().zip(&peers[2..]) {
                        heard.extend(quick.takes(10_000).0);
                    }
                }
            }
            chat.members_left(4);
            let start = Instant::now();
            while !slow.takes(2_000_000).0.ends_with(b"again") {
                expect(
                    start.elapsed() < Duration::from_secs(if cfg!(unix) { 1 } else { 5 }),
                    "the member has read everything, and hears nothing of what is said then",
                    "das Mitglied hat alles gelesen und hört nichts von dem, was dann gesagt wird",
                );
                speaker.say("again");
                chat.go_on();
            }
        },
    );
    EXERCISE.promises(
        "Members say bytes: they arrive as they are, whether they are text or not.",
        "Mitglieder sagen Bytes: Sie kommen an, wie sie sind, ob sie Text sind oder nicht.",
        move || {
            let (mut chat, peers) = Chat::new(member, 2);
            for data in [&[0, 255, 0xC3, 0x28, b'\r', b'\n', b' '][..], b"\n", b" ", &[b'y'; 3000]]
            {
                peers[0].say(data);
                chat.go_on();
                let got = peers[1].takes(10_000).0;
                let (english, german) = ("what the other heard", "was der andere hörte");
                same(short(&got), short(data), english, german);
            }
        },
    );
    EXERCISE.promises(
        "However they come, talk and go, all hear all others.",
        "Wie sie auch kommen, reden und gehen, alle hören alle anderen.",
        move || {
            let mut random = Random::new();
            let (mut chat, mut peers) = Chat::new(member, 3);
            for i in 0..200 {
                match random.below(4) {
                    0 if peers.len() < 10 => peers.push(chat.enters()),
                    1 if peers.len() > 2 => {
                        let gone = random.below(peers.len());
                        peers.remove(gone).end();
                        chat.go_on();
                    }
                    _ => {
                        let (speaker, text) = (random.below(peers.len()), format!("message {i}"));
                        peers[speaker].say(&text);
                        chat.go_on();
                        let mut expected = vec![text.as_str(); peers.len()];
                        expected[speaker] = "";
                        heard(&peers, &expected, "what all heard", "was alle hörten");
                    }
                }
            }
        },
    );
}
