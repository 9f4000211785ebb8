//! The other examples: what they print is what the lab's programs print.

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{DEADLINE, Process, Server, example, finish, piped};

fn output_of(name: &str) -> String {
    let output = finish(piped(&mut Command::new(example(name))));
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn multitask_prints_the_labs_lines_in_the_labs_order() {
    let mut expected = String::new();
    // Round by round: each of the three has its turn while it has something left to say.
    for round in 0..=20 {
        for (from, left) in [(10, 10 - round), (5, 5 - round)] {
            match left {
                1.. => expected += &format!("T-minus {left}\n"),
                0 => expected += "Task done\n",
                _ => assert!(round > from),
            }
        }
        expected += &if round < 20 { format!("Up we go {round}\n") } else { "Task done\n".into() };
    }
    assert!(expected.starts_with("T-minus 10\nT-minus 5\nUp we go 0\nT-minus 9\n"));
    assert_eq!(output_of("multitask"), expected);
}

#[test]
fn the_old_command_for_watch_leads_to_the_new_one() {
    let output = finish(piped(&mut Command::new(example("watch"))));
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "watch is a package of its own now: cargo run -p watch\n");
}

#[test]
fn generator_shows_the_life_of_a_generator() {
    assert_eq!(
        output_of("generator"),
        "\
Making a generator runs nothing of it:
Each resume runs it up to its next yield, or to its end:
  (the function begins)
Yielded(2)
Yielded(1)
  (the function ends)
  (the destructor runs)
Complete(())
A for loop resumes until the end:
  (the function begins)
T-minus 3
T-minus 2
T-minus 1
  (the function ends)
  (the destructor runs)
After its end it cannot be resumed; Python raises StopIteration again, Rust panics:
`async fn` resumed after completion
Dropped in the middle, it runs its destructors, as close() does in Python:
  (the function begins)
  (the destructor runs)
Dropped.
"
    );
}

#[test]
fn client_prints_what_still_comes_after_its_input_has_ended() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut client = piped(Command::new(example("client")).arg(address));
    let (mut server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(DEADLINE)).unwrap();
    client.stdin.take().unwrap().write_all(b"all I have").unwrap();
    let mut heard = String::new();
    server.read_to_string(&mut heard).unwrap(); // up to the end of file
    assert_eq!(heard, "all I have");
    server.write_all(b"answered late\n").unwrap();
    drop(server);
    let output = finish(client);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "answered late\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn client_ends_when_the_server_closes_even_if_its_input_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut client = piped(Command::new(example("client")).arg(address));
    let input = client.stdin.take();
    drop(listener.accept().unwrap());
    assert_eq!(finish(client).status.code(), Some(0));
    drop(input);
}

#[test]
fn client_carries_a_long_input_from_a_file_and_prints_nothing_else() {
    let server = Server::start("echo");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("long");
    let bytes: Vec<u8> = (0..900_000u32).map(|i| (i ^ i >> 8) as u8).collect();
    std::fs::write(&path, &bytes).unwrap();
    let client = Process::start(
        Command::new(example("client"))
            .arg(server.address.to_string())
            .stdin(std::fs::File::open(&path).unwrap())
            .stdout(Stdio::piped()),
    )
    .unwrap();
    let output = finish(client);
    let pieces = (output.stdout.len() - bytes.len()) / 4;
    assert_eq!((output.stdout.len() - bytes.len()) % 4, 0);
    assert!(pieces >= bytes.len().div_ceil(1000));
    assert!(output.stdout.starts_with(&[b"GOT:", &bytes[..900]].concat()));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn client_names_a_server_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let output = finish(piped(Command::new(example("client")).arg(&address)));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with(&format!("cannot connect to {address}: ")), "{said}");
    assert!(said.ends_with("; is the server running?\n"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}
