//! The chat: everyone hears what anyone says, and nobody is delayed by who does not read.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use common::{Server, ask, last_words};
use socket2::Socket;

/// Somebody in the room.
struct Guest {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Guest {
    /// Joins; all who are here hear it, the newcomer too.
    fn join(server: &Server, name: &str) -> Guest {
        let mut stream = server.connect();
        ask(&mut stream, format!("{name}\n").as_bytes(), b"Your name? ");
        let reader = BufReader::new(stream.try_clone().unwrap());
        let mut guest = Guest { stream, reader };
        guest.hears(&format!("* {name} is here"));
        guest
    }

    fn says(&mut self, line: &str) {
        self.stream.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line.trim_end().to_string()
    }

    #[track_caller]
    fn hears(&mut self, line: &str) {
        assert_eq!(self.line(), line);
    }
}

#[test]
fn everyone_hears_who_comes_what_anyone_says_and_who_leaves() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    let mut bob = Guest::join(&server, "Bob");
    ann.hears("* Bob is here");
    ann.says("Hello");
    bob.says("Hello, Ann");
    for guest in [&mut ann, &mut bob] {
        let mut lines = [guest.line(), guest.line()];
        lines.sort();
        assert_eq!(lines, ["Ann: Hello", "Bob: Hello, Ann"]);
    }
    let mut eve = Guest::join(&server, "Eve");
    eve.says("Ich heiße Eve");
    for guest in [&mut ann, &mut bob] {
        guest.hears("* Eve is here");
        guest.hears("Eve: Ich heiße Eve");
    }
    drop(bob);
    for guest in [&mut ann, &mut eve] {
        while guest.line() != "* Bob has left" {}
        guest.says("still here");
        while !guest.line().ends_with(": still here") {}
    }
}

#[test]
fn who_resets_the_connection_has_left_too() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    let bob = Guest::join(&server, "Bob");
    ann.hears("* Bob is here");
    drop(bob.reader);
    let bob = Socket::from(bob.stream);
    bob.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    drop(bob);
    ann.hears("* Bob has left");
    Guest::join(&server, "Bob"); // the name is free again
    ann.hears("* Bob is here");
}

#[test]
fn who_ends_only_the_sending_half_hears_the_rest() {
    let server = Server::start("chat");
    let heard = last_words(server.connect(), b"Ann\none\ntwo");
    assert_eq!(heard, "Your name? * Ann is here\nAnn: one\nAnn: two\n");
}

#[test]
fn a_name_is_asked_for_until_it_is_free_and_deceives_nobody() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    let mut stream = server.connect();
    ask(&mut stream, b"", b"Your name? ");
    for (wrong, why) in [
        ("Ann", "somebody has"),
        (" Ann ", "somebody has"),
        ("ann", "somebody has"),
        ("A\u{200b}nn", "somebody has"), // what is not seen is not there
        ("\u{202e}Ann", "somebody has"),
        ("", "1 to 20"),
        ("   ", "1 to 20"),
        ("a-name-of-more-than-twenty-letters", "1 to 20"),
        ("Ann: I owe Bob", "1 to 20"),
        ("* Ann has left", "1 to 20"),
        ("\u{410}nn", "1 to 20"), // a Cyrillic A
        ("Ann\u{301}", "1 to 20"),
        ("Ann\u{3164}", "1 to 20"), // a letter that looks like nothing
    ] {
        let why = match why {
            "1 to 20" => "* 1 to 20 letters such as a, é or ß, digits, - and _, please",
            _ => "* somebody has this name, or one that looks like it",
        };
        let answer = format!("{why}\nYour name? ");
        ask(&mut stream, format!("{wrong}\n").as_bytes(), answer.as_bytes());
    }
    ask(&mut stream, "Zoë\r\n".as_bytes(), "* Zoë is here\n".as_bytes());
    ann.hears("* Zoë is here");
}

#[test]
fn two_names_that_look_the_same_are_one() {
    let server = Server::start("chat");
    let _bill = Guest::join(&server, "Bill_0");
    let mut stream = server.connect();
    ask(&mut stream, b"", b"Your name? ");
    for twin in ["BiIl_0", "bi1l_O", "BILL_0"] {
        let answer = b"* somebody has this name, or one that looks like it\nYour name? ";
        ask(&mut stream, format!("{twin}\n").as_bytes(), answer);
    }
}

#[test]
fn nothing_that_somebody_says_controls_anothers_terminal() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    let mut bob = server.connect();
    bob.write_all(b"\x1b\x07Bob\n").unwrap();
    ann.hears("* Bob is here");
    let said = b"\x07ding\x1b]0;title\x07 \xc0 \xe2\x80\xaetxt\xc2\x9b2J";
    bob.write_all(&[&said[..], b"\r\n"].concat()).unwrap();
    ann.hears("Bob: ding]0;title \u{fffd} txt2J");
}

#[test]
fn who_comes_with_a_telnet_client_is_understood() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    let mut bob = server.connect();
    // What PuTTY offers and asks for when it connects, in two pieces.
    bob.write_all(b"\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb").unwrap();
    ask(&mut bob, b"", b"Your name? ");
    bob.write_all(b"\x03\xff\xfd\x03Bob\r\n").unwrap();
    ann.hears("* Bob is here");
    // Its window has 80 columns and 10 lines (a newline's number), then Ctrl-C.
    bob.write_all(b"on\xff\xfa\x1f\x00\x50\x00\x0a\xff\xf0e\xff\xf4\xff\xfd\x06\r\n\xff\n")
        .unwrap();
    ann.hears("Bob: one");
    ann.hears("Bob:"); // a 255 that begins no command takes nothing with it
}

#[test]
fn a_line_as_long_as_one_may_be_is_one_line_and_a_longer_one_keeps_its_letters() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    for end in ["", "\r"] {
        ann.says(&format!("{}{end}", "x".repeat(1000)));
        ann.says("next");
        ann.hears(&format!("Ann: {}", "x".repeat(1000)));
        ann.hears("Ann: next");
    }
    ann.says(&format!("x{}", "ä".repeat(600)));
    ann.hears(&format!("Ann: x{}", "ä".repeat(499)));
    ann.hears(&format!("Ann: {}", "ä".repeat(101)));
    ann.stream.write_all(&[b'x'; 1001]).unwrap(); // and no newline
    ann.stream.shutdown(std::net::Shutdown::Write).unwrap();
    ann.hears(&format!("Ann: {}", "x".repeat(1000)));
    ann.hears("Ann: x");
}

#[test]
fn who_reads_all_the_time_misses_nothing_of_a_flood() {
    let server = Server::start("chat");
    let mut reader = Guest::join(&server, "reader");
    let mut talker = Guest::join(&server, "talker");
    reader.hears("* talker is here");
    let mut mouth = talker.stream.try_clone().unwrap();
    let flood: String = (0..10_000).map(|i| format!("{i}\n")).collect();
    let writer = std::thread::spawn(move || mouth.write_all(flood.as_bytes()).unwrap());
    let ear = std::thread::spawn(move || {
        for i in 0..10_000 {
            talker.hears(&format!("talker: {i}"));
        }
        talker
    });
    for i in 0..10_000 {
        reader.hears(&format!("talker: {i}"));
    }
    writer.join().unwrap();
    ear.join().unwrap();
}

#[cfg(target_os = "linux")] // which tells what timers a connection has
#[test]
fn one_whose_network_is_gone_is_asked_whether_it_is_there() {
    let server = Server::start("chat");
    let guest = Guest::join(&server, "Ann");
    common::is_asked_whether_it_is_there(server.address, guest.stream.local_addr().unwrap());
}

#[test]
fn a_line_without_end_is_cut_not_kept() {
    let server = Server::start("chat");
    let mut ann = Guest::join(&server, "Ann");
    let mut bob = Guest::join(&server, "Bob");
    ann.hears("* Bob is here");
    bob.stream.write_all(&[b'x'; 2500]).unwrap();
    bob.says("");
    for len in [1000, 1000, 500] {
        ann.hears(&format!("Bob: {}", "x".repeat(len)));
    }
}

#[cfg(target_os = "linux")] // which tells how much memory another process has
#[test]
fn a_slow_listener_delays_nobody_costs_bounded_memory_and_is_told_what_it_missed() {
    const BATCHES: usize = 250;
    const BATCH: usize = 100;

    let server = Server::start("chat");
    let kilobytes = || -> u64 {
        let path = format!("/proc/{}/status", server.child.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };

    let mut slow = Guest::join(&server, "slow"); // hears nothing more for now
    let mut listener = Guest::join(&server, "listener");
    let mut talker = Guest::join(&server, "talker");
    listener.hears("* talker is here");
    let before = kilobytes();
    let text = "x".repeat(900);
    let mut said = 0;
    for _ in 0..BATCHES {
        let batch: String = (said..said + BATCH).map(|i| format!("{i} {text}\n")).collect();
        talker.stream.write_all(batch.as_bytes()).unwrap();
        for i in said..said + BATCH {
            let line = format!("talker: {i} {text}");
            listener.hears(&line);
            talker.hears(&line);
        }
        said += BATCH;
    }
    let grown = kilobytes().saturating_sub(before);
    assert!(grown < 6_000, "{grown} kB, of {} kB that were said", said * text.len() / 1000);

    // Now it listens: each line, or at its place how many are missing.
    slow.hears("* listener is here");
    slow.hears("* talker is here");
    let (mut next, mut missed) = (0, 0);
    while next < said {
        let line = slow.line();
        if let Some(rest) = line.strip_prefix("* you missed ") {
            let lines: usize = rest.strip_suffix(" lines").unwrap().parse().unwrap();
            (next, missed) = (next + lines, missed + lines);
        } else {
            assert_eq!(line, format!("talker: {next} {text}"));
            next += 1;
        }
    }
    assert!(missed > 0 && next == said);
    talker.says("welcome back");
    slow.hears("talker: welcome back");
}
