//! A process that ends in time, says no more than can be read, and leaves nobody of its group behind.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use harness::{Process, wrapped};

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// It ended by itself, in time, and with success.
    pub success: bool,
    /// It had to be killed.
    pub too_slow: bool,
    /// How it ended, if it ended by itself.
    pub status: Option<ExitStatus>,
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
    let mut limited = limited(command);
    limited.stdin(Stdio::null());
    watch(&mut limited, limit)
}

/// The command with limits for files and memory.
pub(crate) fn limited(command: &Command) -> Command {
    // What the system cannot limit stays without a limit: the time is limited in any case.
    let limits = "for l in '-f 200000' '-v 8000000' '-c 0'; do ulimit $l 2>/dev/null; done";
    wrapped(&["sh", "-c", &format!("{limits}; exec \"$0\" \"$@\"")], command)
}

/// Runs a command as a process group of its own.
pub(crate) fn watch(command: &mut Command, limit: Duration) -> io::Result<Ended> {
    let start = Instant::now();
    let mut process = Process::start_group(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let status = process.wait_for(limit)?;
    let time = start.elapsed();
    let mut output: String = [process.stdout.last_words(), process.stderr.last_words()]
        .map(|words| String::from_utf8_lossy(&words).into_owned())
        .concat();
    if let Some(signal) = status.and_then(|status| status.signal()) {
        output += &format!("\nended by signal {signal}\n");
    }
    let success = status.is_some_and(|status| status.success());
    Ok(Ended { success, too_slow: status.is_none(), status, output, time })
}
