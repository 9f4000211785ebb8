//! A process that ends in time, says no more than can be read, and leaves nobody behind.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use std::{io, thread};

/// Of what a process prints, this much is kept of each of the two streams.
const KEPT: usize = 100_000;

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// It ended by itself, in time, and with success.
    pub success: bool,
    /// It had to be killed.
    pub too_slow: bool,
    /// What it printed, stdout first.
    pub output: String,
    pub time: Duration,
}

/// Runs a command in a process group of its own, with nothing to read. When it ends, or when the
/// time is up, the whole group is killed. It may write files of 100 MB and take 8 GB of memory.
///
/// # Errors
///
/// When the command cannot be started.
pub fn run(command: &Command, limit: Duration) -> io::Result<Ended> {
    let mut limited = Command::new("sh");
    // What the system cannot limit stays without a limit: the time is limited in any case.
    let limits = "for l in '-f 200000' '-v 8000000' '-c 0'; do ulimit $l 2>/dev/null; done";
    limited.arg("-c").arg(format!("{limits}; exec \"$0\" \"$@\""));
    limited.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    limited.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);

    let start = Instant::now();
    let mut child = limited.spawn()?;
    let streams = [listen(child.stdout.take()), listen(child.stderr.take())];
    let status = loop {
        match child.try_wait()? {
            Some(status) => break Some(status),
            None if start.elapsed() >= limit => break None,
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let time = start.elapsed();
    kill_group(&child);
    let status_of_killed = child.wait()?;
    let mut output = String::new();
    for stream in streams {
        // Whoever got away from the group may keep the stream open: we do not wait for that.
        let text = stream.recv_timeout(Duration::from_millis(500)).unwrap_or_default();
        output += &String::from_utf8_lossy(&text);
    }
    if let (Some(_), Some(signal)) = (status, status_of_killed.signal()) {
        output += &format!("\nended by signal {signal}\n");
    }
    Ok(Ended {
        success: status.is_some_and(|status| status.success()),
        too_slow: status.is_none(),
        output,
        time,
    })
}

/// Reads a stream to its end, and keeps the beginning.
fn listen(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (done, kept) = channel();
    thread::spawn(move || {
        let Some(mut stream) = stream else { return };
        let mut text = Vec::new();
        let _ = stream.by_ref().take(KEPT as u64).read_to_end(&mut text);
        let _ = done.send(text);
        let _ = io::copy(&mut stream, &mut io::sink()); // lest it wait for a reader
    });
    kept
}

fn kill_group(leader: &Child) {
    let group = format!("-{}", leader.id());
    let _ = Command::new("kill")
        .args(["-s", "KILL", "--", &group])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}
