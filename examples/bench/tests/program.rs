//! The program as a whole: its exit codes, and that it leaves nothing behind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn bench(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.args(line.split_whitespace()).stdin(Stdio::null());
    command
}

fn run(line: &str) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = bench(line).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn help_is_no_error_and_nonsense_is() {
    let (code, stdout, _) = run("--help");
    assert_eq!(code, Some(0));
    assert!(stdout.contains("Usage: cargo run --release -p bench"), "{stdout}");
    let (code, _, stderr) = run("--fast");
    assert_eq!(code, Some(1));
    assert!(stderr.contains("--fast") && stderr.contains("--help"), "{stderr}");
}

#[test]
fn every_measure_has_a_number() {
    let (code, csv, stderr) = run("--peers tokio,epoll --measures busy,large,idle,arrivals,storm \
         --connections 1,20 --idle 50 --storm 30 --seconds 0.02 --turns 1 --format csv");
    assert_eq!(code, Some(0), "{stderr}");
    for line in [
        "busy,1,tokio,messages_per_s",
        "busy,20,epoll,cpu_us",
        "busy,20,tokio,p99_us",
        "large,100,tokio,messages_per_s",
        "idle,50,epoll,silent_bytes",
        "arrivals,10,tokio,connections_per_s",
        "storm,30,epoll,last_s",
    ] {
        assert!(csv.lines().any(|found| found.starts_with(line)), "no {line} in\n{csv}");
    }
}

#[test]
fn the_labs_server_in_rust_takes_many_clients_with_its_backlog_of_five() {
    let (code, csv, stderr) = run("--peers server --measures busy --connections 1,200 \
         --seconds 0.02 --turns 1 --format csv");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(csv.lines().any(|line| line.starts_with("busy,200,server,messages_per_s")), "{csv}");
}

#[test]
fn a_wrong_answer_fails_the_run() {
    let (code, stdout, stderr) =
        run("--peers wrong --measures busy --connections 10 --seconds 0.02 --turns 1");
    assert_eq!(code, Some(1));
    assert_eq!(stdout, "");
    assert!(stderr.contains("wrong at busy 10: a wrong answer: client"), "{stderr}");
}

#[test]
fn a_server_that_does_not_start_is_named() {
    let (code, stdout, stderr) = run("--peers tokio --server mine=/bin/false --measures busy \
         --connections 10 --seconds 0.02 --turns 1");
    assert_eq!(code, Some(1));
    assert!(stdout.contains("mine, 10 connections: failed: it ended before"), "{stdout}");
    assert!(stderr.contains("mine at busy 10: it ended before it listened"), "{stderr}");
}

#[test]
fn when_it_is_told_to_end_no_server_is_left() {
    let mut command = bench("--peers tokio --measures busy --connections 10 --seconds 20");
    let mut bench = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let id = bench.id();
    let end = Instant::now() + Duration::from_secs(10);
    let children = || {
        let list = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        list.unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let is_server = |id: &String| {
        let line = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
        line.contains("serve\0tokio")
    };
    let mut servers = Vec::new();
    while servers.is_empty() && Instant::now() < end {
        sleep(Duration::from_millis(10));
        servers = children().into_iter().filter(is_server).collect();
    }
    assert_eq!(servers.len(), 1, "one server runs");

    let told = Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(bench.wait().unwrap().code(), Some(130));
    let last = BufReader::new(bench.stderr.take().unwrap()).lines().last().unwrap().unwrap();
    assert_eq!(last, "bench: ended, and no server is left");
    while is_server(&servers[0]) {
        assert!(Instant::now() < end, "the server {} is left", servers[0]);
        sleep(Duration::from_millis(10));
    }
}
