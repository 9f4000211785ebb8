//! What two ops can do: the timer, the proxy, and the jobs, as real processes.

mod common;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use common::{DEADLINE, Server, ask, example, finish, last_words, piped};
use socket2::{Domain, Socket, Type};

fn proxy(target: SocketAddr) -> Server {
    Server::of(Command::new(example("proxy")).args(["127.0.0.1:0", &target.to_string()]))
}

#[test]
fn timer_counts_seconds_and_echoes_in_between() {
    let server = Server::start("timer");
    assert_eq!(server.line(), "T-minus 10");
    let start = Instant::now();
    let mut client = server.connect();
    for round in 0..100 {
        ask(&mut client, format!("{round}").as_bytes(), format!("GOT:{round}").as_bytes());
    }
    assert!(server.line().starts_with("Connection from "));
    assert_eq!(server.line(), "T-minus 9");
    assert_eq!(server.line(), "T-minus 8");
    // Lines come late on a busy machine, but none comes early.
    assert!(start.elapsed() > Duration::from_millis(1900), "{:?}", start.elapsed());
    ask(&mut client, b"and now?", b"GOT:and now?");
    if cfg!(target_os = "linux") {
        // One for all tasks, and perhaps one that prints.
        let threads = std::fs::read_dir(format!("/proc/{}/task", server.child.id())).unwrap();
        assert!(threads.count() <= 2);
    }
}

#[test]
fn jobs_answers_a_number_with_its_factors_and_echoes_the_rest() {
    let server = Server::start("jobs");
    let mut client = server.connect();
    ask(&mut client, b"Hello\n", b"GOT:Hello\n");
    for (n, factors) in [
        ("0", "[0]"),
        ("1", "[1]"),
        ("2", "[2]"),
        ("360", "[2, 2, 2, 3, 3, 5]"),
        ("97", "[97]"),
        ("18446744073709551615", "[3, 5, 17, 257, 641, 65537, 6700417]"),
    ] {
        ask(&mut client, format!("{n}\r\n").as_bytes(), format!("{n}: {factors}\n").as_bytes());
    }
    ask(&mut client, b"-1\n18446744073709551616\n", b"GOT:-1\nGOT:18446744073709551616\n");
}

/// Its factors take four thousand million steps.
const PRIME: &[u8] = b"18446744073709551557\n";

#[test]
fn jobs_answers_everybody_else_while_some_wait_long() {
    let server = Server::start("jobs");
    let mut patient: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for client in &mut patient {
        client.write_all(PRIME).unwrap();
    }
    let mut other = server.connect();
    ask(&mut other, b"Hello\n", b"GOT:Hello\n");
    let mut answer = String::new();
    other.write_all(b"91\n").unwrap();
    BufReader::new(&other).read_line(&mut answer).unwrap();
    assert_eq!(answer.trim_start(), "91: [7, 13]\n");
    if cfg!(target_os = "linux") {
        let threads = std::fs::read_dir(format!("/proc/{}/task", server.child.id())).unwrap();
        let cores = std::thread::available_parallelism().unwrap().get();
        assert!(threads.count() <= cores + 3); // those that print come and go
    }
}

#[test]
fn jobs_answers_who_has_ended_only_the_sending() {
    let server = Server::start("jobs");
    let mut client = server.connect();
    client.write_all(b"99999999999999997").unwrap(); // some seconds in a debug build
    client.shutdown(Shutdown::Write).unwrap();
    let (mut answer, start) = (Vec::new(), Instant::now());
    // Now and then a blank, so that the deadline of a read is not that of the answer.
    while client.read_to_end(&mut answer).is_err() {
        assert!(start.elapsed() < 3 * DEADLINE);
    }
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(answer.trim_start(), "99999999999999997: [99999999999999997]\n");
}

#[cfg(target_os = "linux")] // which tells what a process has computed
#[test]
fn jobs_gives_up_what_nobody_waits_for() {
    let server = Server::start("jobs");
    let ask_long = || {
        let mut client = server.connect();
        client.write_all(&PRIME.repeat(2000)).unwrap(); // what follows hides the end of file
        client
    };
    let (closed, reset) = (ask_long(), ask_long());
    let mut half = ask_long(); // first it only ends its sending
    half.shutdown(Shutdown::Write).unwrap();
    half.read_exact(&mut [0]).unwrap(); // the first blank
    let reset = Socket::from(reset);
    reset.set_linger(Some(Duration::ZERO)).unwrap();
    drop((closed, reset, half));
    let computed = || -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.child.id())).unwrap();
        let words = stat.rsplit(')').next().unwrap().split_whitespace();
        words.skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    };
    let (mut last, mut since) = (computed(), Instant::now());
    common::until("it computes no more", || {
        let now = computed();
        if now != last {
            (last, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_secs(1)
    });
}

#[test]
fn proxy_leads_to_the_echo_server() {
    let echo = Server::start("echo");
    let proxy = proxy(echo.address);
    let mut clients: Vec<_> = (0..20).map(|_| proxy.connect()).collect();
    for round in 0..3 {
        for (i, client) in clients.iter_mut().enumerate() {
            let text = format!("client {i}, round {round}\n");
            ask(client, text.as_bytes(), format!("GOT:{text}").as_bytes());
        }
    }
    drop(clients);
    let mut closed = 0;
    while closed < 20 {
        closed += usize::from(echo.line() == "Connection closed");
    }
}

#[test]
fn proxy_carries_an_end_in_one_direction_through_and_the_other_goes_on() {
    let echo = Server::start("echo");
    let proxy = proxy(echo.address);
    assert_eq!(last_words(proxy.connect(), b"last words"), "GOT:last words");
}

#[test]
fn proxy_carries_an_end_from_the_server_through_while_the_client_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(listener.local_addr().unwrap());
    let mut client = proxy.connect();
    let (mut server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(DEADLINE)).unwrap();
    server.write_all(b"that is all from me").unwrap();
    server.shutdown(Shutdown::Write).unwrap();
    let mut heard = String::new();
    client.read_to_string(&mut heard).unwrap();
    assert_eq!(heard, "that is all from me");
    client.write_all(b"but not from me").unwrap();
    drop(client);
    heard.clear();
    server.read_to_string(&mut heard).unwrap();
    assert_eq!(heard, "but not from me");
}

#[test]
fn proxy_loses_no_byte_of_what_is_read_late() {
    let echo = Server::start("echo");
    let proxy = proxy(echo.address);
    let mut client = proxy.connect();
    let mut reader = client.try_clone().unwrap();
    let sent = vec![b'.'; 16_000_000];
    let writer = std::thread::spawn(move || {
        client.write_all(&sent).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
    });
    ask(&mut proxy.connect(), b"me too", b"GOT:me too"); // while the other one does not read
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer).unwrap();
    writer.join().unwrap();
    assert_eq!(answer.iter().filter(|&&byte| byte == b'.').count(), 16_000_000);
}

#[test]
fn proxy_ends_the_other_direction_when_one_is_broken() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(listener.local_addr().unwrap());
    let client = proxy.connect();
    let (mut server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(DEADLINE)).unwrap();
    let address = client.local_addr().unwrap();
    let client = Socket::from(client);
    client.set_linger(Some(Duration::ZERO)).unwrap();
    drop(client); // a reset, handed on as one
    let read = server.read(&mut [0]);
    assert!(cfg!(windows) || read.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset));
    let _next = (proxy.connect(), listener.accept().unwrap()); // by then it has said it
    // The first line; the other direction, which this one ends, may say another. Under wine a reset may
    // be an end of file, and nothing is said.
    if cfg!(unix) {
        let line = format!("direction: cannot receive from {address}: connection reset");
        assert_eq!(proxy.error(), line);
    }
}

#[cfg(unix)] // under wine a reset may be an end of file
#[test]
fn proxy_hands_on_a_reset_of_the_server_after_what_it_has_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(listener.local_addr().unwrap());
    let mut client = proxy.connect();
    let (mut server, _) = listener.accept().unwrap();
    server.write_all(b"half").unwrap();
    ask(&mut client, b"", b"half");
    let server = Socket::from(server);
    server.set_linger(Some(Duration::ZERO)).unwrap();
    drop(server);
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn proxy_ends_what_is_silent_after_one_end_has_gone() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let proxy = Server::of(Command::new(example("proxy")).args(["127.0.0.1:0", &target, "1"]));
    let client = proxy.connect();
    let (mut server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(DEADLINE)).unwrap();
    drop(client);
    assert_eq!(server.read(&mut [0]).unwrap(), 0); // the end of file, handed on
    common::until("the silent server's connection has ended", || server.write_all(b".").is_err());
}

#[test]
fn proxy_ends_what_waits_for_one_who_has_ended_the_sending_and_does_not_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let proxy = Server::of(Command::new(example("proxy")).args(["127.0.0.1:0", &target, "1"]));
    let client = proxy.connect();
    let (mut server, _) = listener.accept().unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    server.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let gone = |error: std::io::Error| {
        !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
    };
    let data = vec![b'.'; 100_000];
    common::until("the proxy has ended it", || server.write(&data).is_err_and(gone));
    drop(client);
}

#[cfg(target_os = "linux")]
#[test]
fn proxy_asks_at_both_ends_whether_one_whose_network_is_gone_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(listener.local_addr().unwrap());
    let client = proxy.connect();
    let (server, _) = listener.accept().unwrap();
    common::is_asked_whether_it_is_there(proxy.address, client.local_addr().unwrap());
    let here = server.peer_addr().unwrap();
    common::is_asked_whether_it_is_there(here, server.local_addr().unwrap());
}

#[test]
fn proxy_tries_all_addresses_of_a_name() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap(); // perhaps not the first of localhost
    let target = format!("localhost:{}", listener.local_addr().unwrap().port());
    let proxy = Server::of(Command::new(example("proxy")).args(["127.0.0.1:0", &target]));
    let mut client = proxy.connect();
    listener.accept().unwrap().0.write_all(b"here").unwrap();
    ask(&mut client, b"", b"here");
}

#[test]
fn proxy_to_itself_is_refused() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (listen, target) in [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost")] {
        let args = [format!("{listen}:{free}"), format!("{target}:{free}")];
        let output = finish(piped(Command::new(example("proxy")).args(args)));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.ends_with(" is this proxy itself\n"), "{said}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn proxy_names_a_target_that_is_not_there_and_goes_on() {
    let taken = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    taken.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap(); // nobody listens
    let target = taken.local_addr().unwrap().as_socket().unwrap();
    let proxy = proxy(target);
    for _ in 0..3 {
        // Under wine, a reset may be an end of file.
        let read = proxy.connect().read(&mut [0]);
        assert!(cfg!(windows) || read.is_err(), "no answer is not an empty answer: {read:?}");
    }
    let line = format!(
        "proxy_handler: cannot connect to {target}: connection refused; is the server running?"
    );
    assert_eq!([proxy.error(), proxy.error(), proxy.error()], [&line; 3].map(String::as_str));
}

#[test]
fn every_server_has_help_and_refuses_what_it_does_not_understand() {
    for (name, most) in [
        ("yieldfrom", 1),
        ("gensocket", 1),
        ("chat", 1),
        ("timer", 1),
        ("jobs", 1),
        ("proxy", 3),
        ("http", 3),
    ] {
        let run = |args: &[&str]| finish(piped(Command::new(example(name)).args(args)));
        let help = run(&["--help"]);
        assert!(help.status.success());
        let help = String::from_utf8(help.stdout).unwrap();
        let usage = help.lines().find(|line| line.starts_with("Usage")).unwrap();
        assert!(usage.starts_with(&format!("Usage: cargo run --example {name} [-- ")), "{usage}");
        assert_eq!(help.matches(" unless given").count(), most, "{help}");

        for args in [&["nowhere"][..], &vec!["127.0.0.1:0"; most + 1]] {
            let output = run(args);
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.starts_with("do not understand the "), "{said}");
            assert!(said.contains(usage), "{said}");
            assert_eq!(output.status.code(), Some(1));
        }
    }
}
