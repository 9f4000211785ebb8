//! What two ops can do: the timer, the proxy, and the jobs, as real processes.

mod common;

use std::io::{Read, Write};
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

#[test]
fn jobs_echoes_and_works_for_others_while_it_works_for_one() {
    let server = Server::start("jobs");
    let mut patient = server.connect();
    patient.write_all(b"18446744073709551557\n").unwrap(); // a prime: four thousand million steps
    let mut others: Vec<_> = (0..5).map(|_| server.connect()).collect();
    for other in &mut others {
        ask(other, b"Hello\n", b"GOT:Hello\n");
        ask(other, b"91\n", b"91: [7, 13]\n");
    }
    patient.set_nonblocking(true).unwrap();
    assert_eq!(patient.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn proxy_leads_to_the_echo_server_and_neither_can_tell() {
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
    drop(client); // a reset
    assert_eq!(server.read(&mut [0]).unwrap(), 0);
    let _next = (proxy.connect(), listener.accept().unwrap()); // by then it has said it
    // The first line; the other direction, which this one ends, may say another. Under wine a reset may
    // be an end of file, and nothing is said.
    if cfg!(unix) {
        let line = format!("direction: cannot receive from {address}: connection reset");
        assert_eq!(proxy.error(), line);
    }
}

#[test]
fn proxy_names_a_target_that_is_not_there_and_goes_on() {
    let taken = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    taken.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap(); // nobody listens
    let target = taken.local_addr().unwrap().as_socket().unwrap();
    let proxy = proxy(target);
    for _ in 0..3 {
        assert_eq!(proxy.connect().read(&mut [0]).unwrap(), 0);
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
        ("proxy", 2),
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
