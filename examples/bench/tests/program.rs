//! The program as a whole: its exit codes, and that it leaves nothing behind.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::{DEADLINE, Process};
use rustix::process::Signal;

fn bench(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.args(line.split_whitespace()).stdin(Stdio::null());
    command
}

fn run(line: &str) -> (Option<i32>, String, String) {
    let output = bench(line).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The lab's server in Rust has a backlog of five: it takes many clients only in small waves.
#[test]
fn every_measure_has_a_number() {
    let (code, table, stderr) = run("--peers server,epoll --measures \
         busy-1,busy-200,pause-50,idle-50,arrivals-10,storm-4 --time 20 --turns 1");
    assert_eq!(code, Some(0), "{stderr}");
    for (measure, value) in [
        ("busy-1 ", "messages_per_s"),
        ("busy-200 ", "cpu_us"),
        ("pause-50 ", "cpu_us"),
        ("idle-50 ", "silent_bytes"),
        ("arrivals-10 ", "connections_per_s"),
        ("storm-4 ", "last_s"),
    ] {
        let mut lines = table.lines().skip_while(|line| !line.starts_with(measure));
        assert!(lines.next().is_some_and(|head| head.contains(value)), "{measure}\n{table}");
        for peer in ["server", "epoll"] {
            let row = lines.next().unwrap();
            assert!(row.starts_with(peer) && row.contains(" to "), "{measure}: {row}");
        }
    }
}

#[test]
fn a_wrong_answer_fails_the_run() {
    let (code, stdout, stderr) = run("--peers wrong --measures busy-10 --time 20 --turns 1");
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("wrong at busy-10: a wrong answer: client"), "{stderr}");
}

#[test]
fn a_server_that_does_not_start_is_named() {
    let line = "--peers tokio --server /bin/false --measures busy-10 --time 20 --turns 1";
    let (code, stdout, stderr) = run(line);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("it ended before it listened"), "{stdout}");
    assert!(stderr.contains("/bin/false at busy-10: it ended before it listened"), "{stderr}");
}

#[test]
fn when_it_is_told_to_end_no_server_is_left() {
    let mut command = bench("--peers tokio --measures busy-10 --time 20000");
    let mut bench = Process::start(&mut command).unwrap();
    let id = bench.id();
    let end = Instant::now() + DEADLINE;
    let line = |id: &str| fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
    let is_server = |id: &str| line(id).contains("serve\0tokio");
    let server = loop {
        assert!(Instant::now() < end, "no server runs");
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        if let Some(server) = children.split_whitespace().find(|id| is_server(id)) {
            break server.to_owned();
        }
        sleep(Duration::from_millis(10));
    };
    bench.signal(Signal::INT);
    assert_eq!(bench.wait().unwrap().signal(), Some(2));
    while is_server(&server) {
        assert!(Instant::now() < end, "the server {server} is left");
        sleep(Duration::from_millis(10));
    }
}
