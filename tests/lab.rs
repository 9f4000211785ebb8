//! The lab's page, as it is used: the real servers and real clients. `server` is the lab's as it is,
//! `echo` is ours; what a client of the lab sees, it sees of both.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};

use common::{DEADLINE, Server, ask, example, finish, last_words, piped};

const BOTH: [&str; 2] = ["server", "echo"];

/// Types a line into `program` and reads a line, twice, as the page shows it.
fn session(program: &mut Command) {
    let mut client = piped(program);
    let lines = client.stdout.clone();
    let mut stdin = client.stdin.take().unwrap();
    for (typed, answer) in [("Hello\n", "GOT:Hello"), ("World\n", "GOT:World")] {
        stdin.write_all(typed.as_bytes()).unwrap();
        assert_eq!(lines.recv_timeout(DEADLINE).as_deref(), Ok(answer), "to {typed:?}");
    }
}

#[test]
fn the_labs_session_works_with_our_client() {
    for name in BOTH {
        let server = Server::start(name);
        session(Command::new(example("client")).arg(server.address.to_string()));
        assert!(server.line().starts_with("Connection from 127.0.0.1:"));
        assert_eq!([server.line(), server.line()], ["Connection closed", "Task done"]);
    }
}

#[test]
fn the_labs_session_works_with_nc() {
    if Command::new("nc").arg("-h").stderr(Stdio::null()).status().is_err() {
        eprintln!("skipped: there is no nc on this machine");
        return;
    }
    for name in BOTH {
        let server = Server::start(name);
        session(Command::new("nc").args(["localhost", &server.address.port().to_string()]));
    }
}

#[test]
fn no_client_waits_for_another() {
    let server = Server::start("echo");
    let mut clients: Vec<_> = (0..100).map(|_| server.connect()).collect();
    for round in 0..3 {
        // Every third client never speaks; the others speak in an order that changes.
        for i in (0..100).map(|i| i * (7 + round * 2) % 100).filter(|i| i % 3 != 0) {
            let text = format!("client {i}, round {round}\n");
            ask(&mut clients[i], text.as_bytes(), format!("GOT:{text}").as_bytes());
        }
    }
}

#[test]
fn each_piece_of_at_most_1000_bytes_gets_its_own_got() {
    for server in BOTH.map(Server::start) {
        for size in [1, 999, 1000, 1001, 2500] {
            let sent: Vec<u8> = (0..size).map(|i| b'a' + (i % 26) as u8).collect();
            let answer: Vec<u8> =
                sent.chunks(1000).flat_map(|piece| [b"GOT:", piece].concat()).collect();
            ask(&mut server.connect(), &sent, &answer);
        }
    }
}

#[test]
fn a_client_that_closed_its_sending_half_reads_its_echo_and_the_end() {
    for server in BOTH.map(Server::start) {
        assert_eq!(last_words(server.connect(), b"last words"), "GOT:last words");
        assert!(server.line().starts_with("Connection from 127.0.0.1:"));
        assert_eq!([server.line(), server.line()], ["Connection closed", "Task done"]);
    }
}

#[test]
fn the_labs_server_serves_several_clients_at_once() {
    let server = Server::start("server");
    let mut clients = Vec::new();
    for i in 0..20 {
        clients.push(server.connect());
        // It is accepted before the next one comes: there is room for few who wait.
        ask(&mut clients[i], b"here", b"GOT:here");
    }
    for round in 0..3 {
        for i in (0..20).map(|i| i * (7 + round * 2) % 20).filter(|i| i % 3 != 0) {
            let text = format!("client {i}, round {round}\n");
            ask(&mut clients[i], text.as_bytes(), format!("GOT:{text}").as_bytes());
        }
    }
    clients.truncate(10); // who goes harms nobody
    for client in &mut clients {
        ask(client, b"still there?", b"GOT:still there?");
    }
}

#[cfg(unix)] // wine tells of a reset as of an end of file
#[test]
fn the_labs_server_falls_where_the_lab_falls() {
    let mut server = Server::start("server");
    let (mut bystander, mut client) = (server.connect(), server.connect());
    ask(&mut bystander, b"Hello", b"GOT:Hello");
    ask(&mut client, b"Hello", b"GOT:Hello");
    let client = socket2::Socket::from(client);
    client.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    drop(client); // a reset
    let error = server.error();
    assert!(error.starts_with("Error: ") && error.contains("ConnectionReset"), "{error}");
    assert_eq!(server.child.wait().unwrap().code(), Some(1));
    assert!(!matches!(bystander.read(&mut [0]), Ok(1)), "nobody is left to answer");
}

#[test]
fn the_labs_server_uses_nothing_of_the_library() {
    let text = std::fs::read_to_string(common::root().join("examples/server.rs")).unwrap();
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap()).collect();
    assert!(!code.iter().any(|line| line.contains("genlab") || line.starts_with("mod ")));
    assert!(text.matches("unsafe {").count() == 1 && text.contains("// SAFETY: "));
}

#[test]
fn a_client_that_reads_late_loses_no_byte() {
    let server = Server::start("echo");
    let mut client = server.connect();
    let mut reader = client.try_clone().unwrap();
    // More than all buffers between us hold, so that the handler has to wait to send. (That `send`
    // takes only a part needs smaller buffers than these: `tests/faults` has them.)
    let sent: Vec<u8> = (0..16_000_000u32).map(|i| b'a' + (i % 23) as u8).collect();
    let expected = sent.clone();
    let writer = std::thread::spawn(move || {
        client.write_all(&sent).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
    });
    let mut ahead = server.connect();
    ask(&mut ahead, b"me too", b"GOT:me too"); // while the other one does not read
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer).unwrap();
    writer.join().unwrap();
    assert!(strip(&answer) == expected, "bytes were lost, added or moved");
}

/// An answer without the `GOT:`s, which stand before pieces of at most 1000 small letters.
fn strip(answer: &[u8]) -> Vec<u8> {
    let mut pieces = answer.split(|&byte| byte == b':');
    assert_eq!(pieces.next(), Some(&b"GOT"[..]));
    let mut data = Vec::new();
    for piece in pieces {
        let piece = piece.strip_suffix(b"GOT").unwrap_or(piece);
        assert!((1..=1000).contains(&piece.len()));
        data.extend_from_slice(piece);
    }
    data
}

#[test]
fn the_server_goes_on_when_stdout_is_closed() {
    let mut server =
        Command::new(example("echo")).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    drop(stdout); // the server's next print meets a pipe without a reader
    let address = line.trim_end().strip_prefix("Server running on ").unwrap();
    for _ in 0..3 {
        ask(&mut TcpStream::connect(address).unwrap(), b"still there?", b"GOT:still there?");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

#[cfg(unix)] // a shell closes it
#[test]
fn the_server_serves_with_no_stdout_at_all() {
    let port = free_port();
    let _server = common::Process::start(
        Command::new("sh")
            .args(["-c", "exec \"$0\" 127.0.0.1:$1 >&- 2>&-"])
            .arg(example("echo"))
            .arg(port.to_string()),
    )
    .unwrap();
    let mut client = None;
    common::until("the server listens", || {
        client = TcpStream::connect(("127.0.0.1", port)).ok();
        client.is_some()
    });
    ask(&mut client.unwrap(), b"Hello", b"GOT:Hello");
}

#[cfg(unix)]
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Runs `echo` with arguments that it cannot follow; returns the one thing it says.
fn refusal(args: &[&str]) -> String {
    let output = finish(piped(Command::new(example("echo")).args(args)));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let server = Server::start("echo");
    let address = server.address.to_string();
    assert_eq!(
        refusal(&[&address]),
        format!(
            "tcp_server: cannot listen on {address}: address already in use; is another server running?\n"
        )
    );
}

#[test]
fn an_address_that_is_none_is_named_with_what_to_do() {
    for odd in ["25000", "localhost", "127.0.0.1:99999", ""] {
        let said = refusal(&[odd]);
        assert!(
            said.starts_with(&format!(
                "do not understand the address '{odd}': write it like 127.0.0.1:25000\n"
            )),
            "{said}"
        );
        assert!(said.contains("Usage: cargo run --example echo"), "{said}");
    }
    assert!(
        refusal(&["127.0.0.1:0", "more"]).starts_with("do not understand the argument 'more'\n")
    );
    assert!(
        refusal(&["192.0.2.1:0"])
            .contains("cannot listen on 192.0.2.1:0: not an address of this machine")
    );
}

#[test]
fn help_tells_the_address_and_its_default() {
    let output = finish(piped(Command::new(example("echo")).arg("--help")));
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && help.contains("[-- ADDRESS]") && help.contains("0.0.0.0:25000"),
        "{help}"
    );
}
