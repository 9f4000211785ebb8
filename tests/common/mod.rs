//! What the tests share: real processes with a deadline, and tests that run alone in one.
#![allow(dead_code)] // no test file needs all of it

mod process;

use std::ffi::c_int;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

pub use process::{DEADLINE, Process};

/// The executable of an example, which `cargo test` has built.
pub fn example(name: &str) -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = deps.parent().unwrap().parent().unwrap().join("examples").join(file);
    assert!(
        path.exists(),
        "{} is missing: run `cargo test` or `cargo build --examples`",
        path.display()
    );
    path
}

/// The root of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Waits for the end of a process and returns what it printed. Panics if it does not end.
pub fn finish(mut child: Process) -> Output {
    drop(child.stdin.take());
    let status = child.wait().unwrap();
    Output { status, stdout: child.stdout.last_words(), stderr: child.stderr.last_words() }
}

/// Starts a command with its three streams piped.
pub fn piped(command: &mut Command) -> Process {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Process::start(command).unwrap()
}

/// A server of the examples, on a free port of this machine. Killed when dropped.
pub struct Server {
    pub child: Process,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(name: &str) -> Server {
        Server::of(Command::new(example(name)).arg("127.0.0.1:0"))
    }

    /// The server that `command` starts; waits until it says where it listens.
    pub fn of(command: &mut Command) -> Server {
        let mut server = Server { child: piped(command), address: ([0; 4], 0).into() };
        let line = server.line();
        let address = line.strip_prefix("Server running on ").unwrap_or_else(|| panic!("{line}"));
        server.address = address.parse().unwrap();
        server
    }

    /// The next line on its standard output.
    pub fn line(&self) -> String {
        self.child.stdout.recv_timeout(DEADLINE).expect("the server prints another line")
    }

    /// The next line on its standard error.
    pub fn error(&self) -> String {
        self.child.stderr.recv_timeout(DEADLINE).expect("the server says another error")
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    /// Checks that of a client that reset its connection it says this on stderr, and nothing else. Ends
    /// it.
    pub fn says_of_a_reset(self, line: &str) {
        // Under wine, `recv` may return the end of file after a reset. Then there is nothing to say.
        if cfg!(windows) {
            assert!(self.stop().iter().all(|said| said == line));
        } else {
            assert_eq!(self.error(), line);
            assert_eq!(self.stop(), [""; 0]);
        }
    }

    /// Ends it, and returns what else it wrote on stderr.
    pub fn stop(mut self) -> Vec<String> {
        self.child.kill();
        self.child.stderr.rest()
    }
}

/// Sends `data` and checks that what comes back is `answer`.
pub fn ask(client: &mut TcpStream, data: &[u8], answer: &[u8]) {
    client.write_all(data).unwrap();
    let mut got = vec![0; answer.len()];
    client.read_exact(&mut got).unwrap();
    assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(answer));
}

/// Sends `data`, ends the sending half, and returns all that still comes.
pub fn last_words(mut client: TcpStream, data: &[u8]) -> String {
    client.write_all(data).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

/// Waits until `condition` holds.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !condition() {
        assert!(Instant::now() < end, "it never came true that {what}");
        thread::yield_now();
    }
}

/// Drives the tasks, and fails the test if one of them fails: an assertion inside a task is caught as
/// that task's error.
#[track_caller]
pub fn run_well(tasks: &genlab::Tasks) {
    let outcome = genlab::run(tasks);
    assert!(outcome.is_success(), "{:?}", outcome.failures());
}

/// Waits until the connection from `here` to `there` has the timer of keepalive.
#[cfg(target_os = "linux")] // which tells what timers a connection has
pub fn is_asked_whether_it_is_there(here: SocketAddr, there: SocketAddr) {
    let port = |address: SocketAddr| format!("0100007F:{:04X}", address.port());
    let ends = [port(here), port(there)];
    until("the connection has the timer of keepalive", || {
        let all = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mut connections = all.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        connections.any(|words| words[1..3] == ends && words[5].starts_with("02:"))
    });
}

unsafe extern "C" {
    /// C's: on Windows, std's ends the process before it has printed the last lines of `print`.
    safe fn exit(code: c_int) -> !;
}

/// What a test that ran alone has printed.
pub struct Alone {
    pub stdout: String,
    pub stderr: String,
}

/// Runs the body of a test in a process of its own: there its descriptors have numbers that no
/// other test takes, its output can be read, and if it hangs it can be ended. A panic fails the test,
/// also one that is caught as a task's error.
pub fn alone(body: fn()) -> Alone {
    alone_with(0, body)
}

/// The same, for a test that asks for so many panics.
pub fn alone_with(panics: usize, body: fn()) -> Alone {
    const MARK: &str = "---- alone ----\n";
    if std::env::var_os("GENLAB_ALONE").is_some() {
        static PANICS: AtomicUsize = AtomicUsize::new(0);
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::Relaxed);
            hook(info);
        }));
        print!("{MARK}");
        std::io::stdout().flush().unwrap();
        body();
        let panicked = PANICS.load(Ordering::Relaxed);
        assert_eq!(panicked, panics, "so many panics, and so many were asked for");
        exit(0);
    }
    let thread = thread::current();
    let name = thread.name().expect("a test runs in a thread with its name");
    let output = finish(piped(
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env("GENLAB_ALONE", "1"),
    ));
    let stderr = String::from_utf8(output.stderr).unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{stdout}\n{stderr}");
    let (_, stdout) = stdout.split_once(MARK).unwrap();
    Alone { stdout: stdout.to_string(), stderr }
}
