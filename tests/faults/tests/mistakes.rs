//! What a mistake in one task costs: that task.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use faults::process::cpu;
use faults::{Bystanders, Client, Result, Server, Tried, wait_until};
use rustix::event::PollFlags;

fn broken() -> Result<(Server, Bystanders)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_broken"));
    command.env_remove("RUST_BACKTRACE");
    let server = Server::start(command)?;
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    Ok((server, bystanders))
}

fn say(client: &Client, words: &str) -> Result {
    (&client.socket).write_all(words.as_bytes()).tried("send to the server")
}

/// A client makes its task do `mistake`: the task ends, the connection closes, one line on stderr
/// names it and has these words. Everybody else goes on.
fn ends_its_own_task(mistake: &str, words: &str) -> Result {
    let (mut server, bystanders) = broken()?;
    server.may_say(&["broken_handler: "]);
    if mistake == "panic" {
        // These words are the panic hook's.
        server.may_say(&["thread 'main' ", "a mistake in the handler", "note: run with "]);
    }
    let before = server.descriptors();
    let mut client = Client::connect(server.address)?;
    client.echo(10)?;
    say(&client, mistake)?;
    client.sees_the_end()?;
    server.gives_back_descriptors(before)?;
    wait_until("a line on stderr", || !server.stderr().is_empty())?;
    // The server does not burn time over it either.
    let (start, used) = (Instant::now(), cpu(server.pid()));
    while start.elapsed() < Duration::from_millis(500) {
        bystanders.go_on()?;
    }
    let used = (cpu(server.pid()) - used).as_secs_f64() / start.elapsed().as_secs_f64();
    assert!(used < 0.5, "{:.0} % of a processor afterwards", used * 100.0);
    bystanders.unharmed()?;
    let lines: Vec<_> = server.stderr();
    let named: Vec<_> = lines.iter().filter(|line| line.starts_with("broken_handler: ")).collect();
    assert_eq!(named.len(), 1, "{lines:?}");
    assert!(named[0].contains(words), "{lines:?}");
    Ok(())
}

#[test]
fn a_panic_ends_only_its_own_task() -> Result {
    ends_its_own_task("panic", "a mistake in the handler")
}

#[test]
fn an_error_ends_only_its_own_task() -> Result {
    ends_its_own_task("fail", "an error in the handler")
}

#[test]
fn a_negative_fd_ends_only_its_own_task() -> Result {
    ends_its_own_task("negative", "fd -1: no descriptor has a negative number")
}

#[test]
fn a_closed_fd_ends_only_its_own_task() -> Result {
    ends_its_own_task("closed", "it is closed")
}

#[test]
fn a_connection_that_the_task_itself_closed_ends_only_its_own_task() -> Result {
    ends_its_own_task("closed itself", "it is closed")
}

#[test]
fn a_number_that_no_descriptor_has_ends_only_its_own_task() -> Result {
    ends_its_own_task("far too large", "fd 2147483647: it is closed")
}

#[test]
fn the_fd_of_another_task_ends_only_its_own_task() -> Result {
    ends_its_own_task("foreign", "another task already waits for that")
}

/// The task survives it, with such lines on stderr, and goes on to echo.
fn goes_on_after(mistake: &str, lines: &[&'static str]) -> Result<Server> {
    let (mut server, bystanders) = broken()?;
    server.may_say(lines);
    let mut client = Client::connect(server.address)?;
    client.echo(10)?;
    say(&client, mistake)?;
    let answer = client.receive_raw(4 + mistake.len())?;
    assert_eq!(String::from_utf8_lossy(&answer), format!("GOT:{mistake}"));
    wait_until("lines on stderr", || server.stderr().len() >= lines.len())?;
    for _ in 0..100 {
        client.echo(10)?;
    }
    client.finish()?;
    bystanders.unharmed()?;
    Ok(server)
}

#[test]
fn a_file_that_is_always_ready_can_be_waited_for() -> Result {
    goes_on_after("a file", &[]).map(drop)
}

#[test]
fn a_duplicated_fd_can_be_waited_for() -> Result {
    goes_on_after("duplicate", &[]).map(drop)
}

#[test]
fn the_second_waiter_gets_the_error_and_the_first_its_data() -> Result {
    let server = goes_on_after("two waiters", &["second_waiter: "])?;
    let lines = server.stderr();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("second_waiter: "), "{lines:?}");
    assert!(lines[0].contains("another task already waits for that"), "{lines:?}");
    assert!(!server.stdout().iter().any(|line| line.contains("second waiter")));
    Ok(())
}

#[test]
fn who_forgets_to_yield_makes_all_wait_until_its_client_speaks() -> Result {
    let (server, bystanders) = broken()?;
    let client = Client::connect(server.address)?;
    let mut another = Client::connect(server.address)?;
    another.echo(10)?;
    say(&client, "forget to yield")?;
    // The handler is inside a `recv` that waits: no task can be resumed, for there is one thread.
    let asked = b"GOT:now say something";
    assert_eq!(client.receive_raw(asked.len())?, asked);
    another.send(10)?;
    let waiting = faults::poll([(&another, PollFlags::IN)], Duration::from_millis(500));
    assert!(waiting.is_empty(), "another client was served, which nobody can be now");
    let echoes = bystanders.echoes();
    // Its client speaks, and all go on as if nothing had been: late, but whole.
    say(&client, "something")?;
    another.receive()?;
    bystanders.go_on()?;
    let report = bystanders.report()?;
    assert!(report.echoes > echoes);
    assert!(report.longest >= Duration::from_millis(400), "nobody waited");
    another.finish()?;
    Ok(())
}
