//! Where the server sleeps: in the poller, and nowhere else.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use faults::process::{as_many_as_allowed, cpu, say, sleeps};
use faults::{Client, Result, Server, echo, wait_until};

/// A file that goes with this.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The calls of the thread that runs the tasks, one a line, while three clients echo and then are
/// silent for a second; none where `strace` cannot be had.
fn calls() -> Result<Option<Vec<String>>> {
    let name = format!("faults-calls-{}", std::process::id());
    let file = Temporary(std::env::temp_dir().join(name));
    let echo = echo()?;
    let mut strace = Command::new("strace");
    // `-DD`: the server is our own child, and `strace` no part of its group. Without `-f` this is about
    // its first thread.
    strace.args(["-DD", "-T", "-o"]).arg(&file.0);
    strace.arg(echo.get_program()).args(echo.get_args());
    let works =
        Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if !works.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "there is no strace that works");
        say("SKIPPED: there is no strace that works");
        return Ok(None);
    }
    let server = Server::start(strace)?;
    let mut clients =
        (0..3).map(|_| Client::connect(server.address)).collect::<Result<Vec<_>>>()?;
    for _ in 0..5 {
        clients.iter_mut().try_for_each(|client| client.echo(10))?;
    }
    let before = sleeps(server.pid());
    thread::park_timeout(Duration::from_secs(1));
    clients.iter_mut().try_for_each(|client| client.echo(10))?;
    assert!(sleeps(server.pid()) > before);
    drop(server);
    let mut text = String::new();
    wait_until("the end of the trace", || {
        text = fs::read_to_string(&file.0).unwrap_or_default();
        text.lines().last().is_some_and(|line| line.contains("+++ killed by"))
    })?;
    Ok(Some(text.lines().map(str::to_owned).collect()))
}

/// How long a call took: `<0.000012>` at its end.
fn took(call: &str) -> Duration {
    let seconds = call.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')?.parse().ok());
    Duration::from_secs_f64(seconds.unwrap_or(0.0))
}

#[test]
fn with_three_clients_it_sleeps_in_epoll_and_nowhere_else() -> Result {
    let Some(calls) = calls()? else { return Ok(()) };
    // `+` or a name, behind the number of the thread if there is one.
    let name = |call: &str| call.split('(').next().unwrap_or_default().to_owned();
    let made = calls.iter().filter(|call| name(call) == "epoll_create1").count();
    assert_eq!(made, 1, "how many pollers were made");
    let waits: Vec<_> = calls
        .iter()
        .filter(|call| name(call).contains("epoll_") && name(call).contains("wait"))
        .collect();
    let slept: Duration = waits.iter().map(|call| took(call)).sum();
    assert!(slept > Duration::from_millis(900), "slept {slept:?} in epoll, of a quiet second");
    for call in &calls {
        match &name(call)[..] {
            "poll" => assert!(call.contains(", 0)"), "{call}"),
            "ppoll" => assert!(call.contains("{tv_sec=0, tv_nsec=0}"), "{call}"),
            "select" | "pselect6" | "nanosleep" | "clock_nanosleep" | "pause" | "sigtimedwait" => {
                panic!("{call}")
            }
            name if name.contains("epoll_") => {}
            // A moment for a lock, and for what this machine does meanwhile.
            _ => assert!(took(call) < Duration::from_millis(400), "{call}"),
        }
    }
    Ok(())
}

#[test]
fn a_thousand_silent_clients_cost_no_processor_and_at_last_no_look() -> Result {
    let n = as_many_as_allowed(1000);
    let server = Server::echo()?;
    let mut clients =
        (0..n).map(|_| Client::connect(server.address)).collect::<Result<Vec<_>>>()?;
    clients.iter_mut().try_for_each(|client| client.echo(10))?;
    let pid = server.pid();
    let used = cpu_of_a_second(pid);
    assert!(used <= Duration::from_millis(30), "{used:?} in a quiet second");
    // It looks through them once, a hundred each quarter of a second; then it sleeps without an end.
    let mut last = (sleeps(pid), 0);
    wait_until("a second without waking up", || {
        let now = sleeps(pid);
        last = if now == last.0 { (now, last.1 + 1) } else { (now, 0) };
        last.1 > 500
    })?;
    assert_eq!(cpu_of_a_second(pid), Duration::ZERO);
    clients.into_iter().try_for_each(Client::finish)
}

fn cpu_of_a_second(pid: u32) -> Duration {
    let before = cpu(pid);
    thread::park_timeout(Duration::from_secs(1));
    cpu(pid) - before
}
