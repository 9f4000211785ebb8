//! What every test relies on: a process ends in time, with all that it has started, and does not fill
//! our memory.
#![cfg(unix)]

use std::process::{Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use harness::{DEADLINE, Process, build, root};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn pid(line: &str) -> Pid {
    Pid::from_raw(line.parse().unwrap()).unwrap()
}

/// Whether there is such a process; on Linux one that has ended is none, also if nobody has waited for
/// it yet.
fn lives(line: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{line}/stat")).unwrap_or_default();
    test_kill_process(pid(line)).is_ok() && !stat.contains(") Z ")
}

fn gone(line: &str) {
    let start = Instant::now();
    while lives(line) {
        assert!(start.elapsed() < DEADLINE, "process {line} is still there");
        thread::yield_now();
    }
}

#[test]
fn of_a_long_output_the_end_is_kept() {
    let script = "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo the end";
    let mut process = Process::start(&mut shell(script)).unwrap();
    assert!(process.wait().unwrap().success());
    let kept = process.stdout.last_words();
    assert!(kept.ends_with(b"xxxthe end\n"));
    assert!(kept.len() <= 1_000_000, "{} bytes are kept", kept.len());
}

#[test]
fn lines_come_one_by_one_and_the_last_one_also_without_its_end() {
    let mut process = Process::start(&mut shell("echo one; echo two; printf three")).unwrap();
    let next = || process.stdout.recv_timeout(DEADLINE);
    assert_eq!([next(), next(), next()].map(Result::unwrap), ["one", "two", "three"]);
    assert_eq!(next(), Err(RecvTimeoutError::Disconnected));
    assert!(process.stdout.is_complete());
    assert_eq!(process.stdout.get(), ["one", "two", "three"]);
    assert!(process.wait().unwrap().success());
}

#[test]
fn a_silent_process_has_no_line_in_time() {
    let process = Process::start(&mut shell("exec sleep 1000")).unwrap();
    let line = process.stdout.recv_timeout(Duration::from_millis(1));
    assert_eq!(line, Err(RecvTimeoutError::Timeout));
}

#[test]
fn a_limit_ends_the_whole_group() {
    let script = "sleep 1000 & echo $!; trap '' TERM; wait";
    let mut process = Process::start_group(&mut shell(script)).unwrap();
    let child = process.stdout.recv_timeout(DEADLINE).unwrap();
    assert!(lives(&child));
    assert_eq!(process.wait_for(Duration::from_millis(1)).unwrap(), None);
    gone(&child);
}

#[test]
fn whom_a_process_leaves_behind_ends_with_it() {
    let mut process = Process::start_group(&mut shell("sleep 1000 & echo $!")).unwrap();
    assert!(process.wait().unwrap().success());
    gone(&process.stdout.recv_timeout(DEADLINE).unwrap());
}

#[test]
fn a_process_that_is_dropped_ends_with_its_group() {
    let process = Process::start_group(&mut shell("sleep 1000 & echo $!; wait")).unwrap();
    let child = process.stdout.recv_timeout(DEADLINE).unwrap();
    assert!(lives(&child));
    drop(process);
    gone(&child);
}

#[cfg(target_os = "linux")] // others have no `setsid` to call
#[test]
fn who_left_the_group_and_holds_the_stream_keeps_nobody_waiting() {
    let script = "trap 'exit 0' USR1
                  setsid sh -c \"echo \\$\\$; kill -USR1 $$; exec sleep 1000\" &
                  wait";
    let mut process = Process::start_group(&mut shell(script)).unwrap();
    assert!(process.wait().unwrap().success());
    let fled = process.stdout.recv_timeout(DEADLINE).unwrap();
    assert_eq!(process.stdout.last_words(), format!("{fled}\n").into_bytes());
    assert!(lives(&fled) && !process.stdout.is_complete());
    kill_process(pid(&fled), Signal::KILL).unwrap();
}

#[test]
fn what_cargo_cannot_build_it_says() {
    let error = build(&root(), &["-p", "genlab", "--example", "none"]).unwrap_err();
    assert!(error.contains("no example target named `none`"), "{error}");
}
