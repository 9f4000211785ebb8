//! What the system does to the server: signals, debuggers, closed and full pipes, taken ports.
#![cfg(target_os = "linux")]

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use faults::process::say;
use faults::{
    Bystanders, Client, FullPipe, Result, Server, Tried, deaf, echo, faults as commit,
    interruptible, pipe,
};
use harness::wrapped;
use rustix::process::{Signal, geteuid};

#[test]
fn stop_and_continue_make_no_difference() -> Result {
    let server = Server::echo()?;
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    let mut idle = Client::connect(server.address)?;
    for _ in 0..50 {
        server.while_stopped(|| idle.send(100))?;
        idle.receive()?;
        bystanders.go_on()?;
    }
    idle.finish()?;
    bystanders.unharmed()?;
    Ok(())
}

#[test]
fn a_signal_in_every_wait_makes_no_difference() -> Result {
    let server = Server::start(Command::new(env!("CARGO_BIN_EXE_broken")))?;
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    let start = Instant::now();
    let mut signals = 0;
    while start.elapsed() < Duration::from_secs(2) {
        server.signal(Signal::USR1);
        signals += 1;
        thread::park_timeout(Duration::from_micros(50));
    }
    assert!(signals > 1000, "only {signals} signals");
    bystanders.unharmed()?;
    // At rest, too: in the wait that has no end.
    let mut client = Client::connect(server.address)?;
    for _ in 0..100 {
        server.signal(Signal::USR1);
    }
    client.echo(10)?;
    Ok(())
}

/// Attaches a debugger a few times while bystanders echo, and lets go again. They may wait for as
/// long as it keeps the server stopped, but must be answered rightly.
fn attach(program: &str, arguments: &[&str]) -> Result {
    let server = Server::echo()?;
    let pid = server.pid().to_string();
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    for _ in 0..3 {
        let mut debugger = Command::new(program);
        debugger.args(arguments.iter().map(|word| word.replace("PID", &pid)));
        let output = match debugger.stdin(Stdio::null()).output() {
            Ok(output) => output,
            Err(error) => {
                say(&format!("SKIPPED: cannot attach {program}: {error}"));
                return Ok(());
            }
        };
        if output.status.code() == Some(127) {
            say(&format!("SKIPPED: {} is not installed", arguments.join(" ")));
            return Ok(());
        }
        let words = [output.stdout, output.stderr].concat();
        let words = String::from_utf8_lossy(&words).to_lowercase();
        if words.contains("operation not permitted") || words.contains("could not attach") {
            say(&format!("SKIPPED: {program} may not attach to a process here"));
            return Ok(());
        }
        assert!(words.contains("attached") || words.contains("detached"), "{words}");
        bystanders.go_on()?;
    }
    bystanders.report()?;
    Ok(())
}

#[test]
fn a_tracer_makes_no_difference() -> Result {
    attach("timeout", &["-s", "INT", "1", "strace", "-o", "/dev/null", "-p", "PID"])
}

#[test]
fn a_debugger_makes_no_difference() -> Result {
    let detach =
        ["-nx", "-batch", "-iex", "set debuginfod enabled off", "-p", "PID", "-ex", "detach"];
    attach("gdb", &detach)
}

#[test]
fn sigint_and_sigterm_end_it_at_once_and_free_the_port() -> Result {
    let mut server = Server::start(interruptible(echo()?))?;
    for signal in [Signal::INT, Signal::TERM, Signal::INT, Signal::TERM] {
        // Connections in every state: served, never accepted, half closed, with data unread.
        let mut clients =
            (0..4).map(|_| Client::connect(server.address)).collect::<Result<Vec<_>>>()?;
        clients[0].echo(10)?;
        clients[1].send(1000)?;
        clients[2].socket.shutdown(std::net::Shutdown::Write).tried("shut down")?;
        let start = Instant::now();
        server.signal(signal);
        let status = server.wait()?;
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert!(start.elapsed() < Duration::from_secs(1), "{:?} to end", start.elapsed());
        let mut again = echo_at_no_address()?;
        again.arg(server.address.to_string());
        server = Server::start(interruptible(again))?;
        Client::connect(server.address)?.echo(10)?;
    }
    Ok(())
}

/// Starts `echo` with something wrong about its output; it must serve as if nothing was.
fn served(command: Command, stdout: bool, stderr: bool) -> Result<Server> {
    let mut server = Server::start_unheard(command, stdout, stderr)?;
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    commit::connect_and_close(server.address, 500)?;
    server.may_meet_resets();
    commit::reset_between_receive_and_send(server.address, 50)?;
    commit::reset_before_the_first_byte(server.address, 50)?;
    bystanders.unharmed()?;
    Ok(server)
}

#[test]
fn a_closed_stdout_harms_nobody() -> Result {
    served(deaf(echo()?, &[1]), false, true).map(drop)
}

#[test]
fn a_closed_stderr_harms_nobody() -> Result {
    let server = served(deaf(echo()?, &[2]), true, false)?;
    assert!(server.stdout().len() > 500, "stdout is still there: {:?}", server.stdout().len());
    Ok(())
}

#[test]
fn all_output_closed_harms_nobody() -> Result {
    served(deaf(echo()?, &[1, 2]), false, false).map(drop)
}

#[test]
fn output_to_a_pipe_that_is_closed_at_the_other_end_harms_nobody() -> Result {
    let (reader, writer) = pipe()?;
    drop(reader);
    let mut echo = echo()?;
    echo.stdout(writer.try_clone().tried("duplicate a pipe")?).stderr(writer);
    served(echo, false, false).map(drop)
}

#[test]
fn output_to_a_full_pipe_that_nobody_reads_harms_nobody() -> Result {
    let pipe = FullPipe::new()?;
    let mut echo = echo()?;
    echo.stdout(pipe.end()?).stderr(pipe.end()?);
    served(echo, false, false).map(drop)
}

#[test]
fn a_pipe_that_fills_up_harms_nobody_and_has_whole_lines() -> Result {
    let (mut reader, writer) = pipe()?;
    let mut echo = echo()?;
    echo.stdout(writer);
    let server = served(echo, false, true)?;
    drop(server);
    let mut text = String::new();
    reader.read_to_string(&mut text).tried("read a pipe")?;
    assert!(text.ends_with('\n'), "a line was cut");
    for line in text.lines() {
        let known = ["Server running on ", "Connection from ", "Connection closed", "Task done"];
        assert!(known.iter().any(|words| line.starts_with(words)), "{line}");
    }
    Ok(())
}

/// `echo` cannot listen there: it says so in one line with these words, and ends with code 1.
fn refused(mut command: Command, address: &str, words: &str) -> Result {
    command.arg(address).stdin(Stdio::null());
    let output = command.output().tried("start echo")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(words) && stderr.contains(address), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    Ok(())
}

fn echo_at_no_address() -> Result<Command> {
    Ok(Command::new(echo()?.get_program()))
}

#[test]
fn a_port_with_another_server_is_refused_in_one_line() -> Result {
    let other = TcpListener::bind("127.0.0.1:0").tried("listen")?;
    let address = other.local_addr().tried("listen")?.to_string();
    refused(echo_at_no_address()?, &address, "in use")?;
    let server = Server::echo()?;
    refused(echo_at_no_address()?, &server.address.to_string(), "in use")
}

#[test]
fn an_address_of_another_machine_is_refused_in_one_line() -> Result {
    refused(echo_at_no_address()?, "192.0.2.1:25000", "not an address of this machine")
}

#[test]
fn a_port_without_the_right_to_it_is_refused_in_one_line() -> Result {
    let first = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    let first: u16 = first.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(1024);
    if first <= 1 {
        say("SKIPPED: here everybody has the right to every port");
        return Ok(());
    }
    let mut echo = echo_at_no_address()?;
    if geteuid().is_root() {
        echo = wrapped(&["setpriv", "--bounding-set=-net_bind_service"], &echo);
    }
    let address = SocketAddr::from(([127, 0, 0, 1], first - 1)).to_string();
    refused(echo, &address, "permission denied")
}
