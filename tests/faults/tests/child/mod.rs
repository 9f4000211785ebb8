//! A test in a process of its own: with descriptors that nobody else opens, with output that is
//! not the test's, and with an end, even if it hangs.

#![allow(dead_code)] // no test needs all of it

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsRawFd;
use std::panic::{self, PanicHookInfo};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use harness::Process;
use rustix::fs::{MemfdFlags, memfd_create};

use genlab::{Co, Op, Outcome, Tasks, run};

/// The panics that nobody asked for, in whatever thread, caught or not.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Runs `body` as the only test of a new process of this program; returns what that printed on
/// stderr, or nothing inside that process. `name` is that of the calling test.
///
/// A panic fails the test wherever it was: `run` catches those of tasks, and an assertion in a task
/// is one.
pub fn process(name: &str, body: impl FnOnce()) -> Option<String> {
    process_with_panics(name, &[], body)
}

/// The same, but with panics that the test has asked for: with just these words.
pub fn process_with_panics(
    name: &str,
    asked_for: &'static [&'static str],
    body: impl FnOnce(),
) -> Option<String> {
    const INSIDE: &str = "FAULTS_CHILD";
    if std::env::var(INSIDE).is_ok_and(|inside| inside == name) {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !asked_for.contains(&words(panic)) {
                report(panic);
                PANICS.lock().unwrap().push(panic.to_string());
            }
        }));
        body();
        let panics = std::mem::take(&mut *PANICS.lock().unwrap());
        assert!(panics.is_empty(), "caught, but not asked for: {panics:#?}");
        return None;
    }
    let stderr = memfd_create("stderr", MemfdFlags::CLOEXEC).expect("there is memory for a file");
    let stderr = File::from(stderr);
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, name)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr.try_clone().expect("a file can be duplicated"));
    let mut child = Process::start(&mut command).expect("this program can be started again");
    let status = child.wait_for(Duration::from_secs(60)).expect("the child can be waited for");
    let text = read(stderr);
    match status {
        Some(status) if status.success() => Some(text),
        Some(status) => panic!("{status}\n{}", last_words(&text)),
        None => panic!("the test hangs\n{}", last_words(&text)),
    }
}

/// Runs the tasks, and lets go of what comes back; whether none has failed.
pub fn run_to_the_end(tasks: &Tasks) -> bool {
    run(tasks).is_success()
}

fn words<'a>(panic: &'a PanicHookInfo) -> &'a str {
    let words = panic.payload().downcast_ref::<String>().map(String::as_str);
    words.or_else(|| panic.payload().downcast_ref::<&str>().copied()).unwrap_or("no words")
}

/// Runs the tasks, none of which may fail.
#[track_caller]
pub fn run_well(tasks: &Tasks) {
    run_failing(tasks, &[]);
}

/// Runs the tasks, of which just those may fail: in this order, by name, with these words among
/// those of the error.
#[track_caller]
pub fn run_failing(tasks: &Tasks, asked_for: &[(&str, &str)]) -> Outcome {
    let outcome = run(tasks);
    let failures = outcome.failures();
    let as_asked_for = failures.len() == outcome.failed()
        && failures.len() == asked_for.len()
        && failures.iter().zip(asked_for).all(|(failure, (name, words))| {
            failure.task.name == *name && failure.error.to_string().contains(words)
        });
    assert!(as_asked_for, "{outcome:#?} instead of {asked_for:#?}");
    outcome
}

/// Many rounds of `select`, in which somebody is always ready.
pub async fn rounds(co: &Co, n: usize) -> io::Result<()> {
    let file = File::open("/proc/self/status")?;
    for _ in 0..n {
        co.yield_((Op::Recv, file.as_raw_fd())).await;
    }
    Ok(())
}

fn read(mut file: File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("a file can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The panic that ended the test, and those of its tasks; or else the last lines.
fn last_words(text: &str) -> String {
    let words = text.find("panicked at").map_or(String::new(), |at| text[at..].into());
    if words.is_empty() {
        text.lines().rev().take(20).collect::<Vec<_>>().join("\n")
    } else {
        words
    }
}
