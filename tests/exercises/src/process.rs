//! A process that ends in time, says no more than can be read, and leaves nobody of its group behind.

use std::collections::VecDeque;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{io, thread};

/// Of what a process prints, the last so many bytes of each of the two streams are kept.
const KEPT: usize = 100_000;

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
    limited.stdin(Stdio::null()).process_group(0);
    watch(&mut limited, limit)
}

/// The command with limits for files and memory.
pub(crate) fn limited(command: &Command) -> Command {
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
    limited
}

/// Runs a command that leads, or makes, a process group of its own.
pub(crate) fn watch(command: &mut Command, limit: Duration) -> io::Result<Ended> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
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
    let _ = child.kill();
    let status_of_killed = child.wait()?;
    let mut output: String = streams.iter().map(Heard::text).collect();
    if let (Some(_), Some(signal)) = (status, status_of_killed.signal()) {
        output += &format!("\nended by signal {signal}\n");
    }
    Ok(Ended {
        success: status.is_some_and(|status| status.success()),
        too_slow: status.is_none(),
        status,
        output,
        time,
    })
}

/// What a stream has said so far: the end of it, which says what went wrong.
struct Heard {
    kept: Arc<Mutex<VecDeque<u8>>>,
    end: Receiver<()>,
}

impl Heard {
    fn text(&self) -> String {
        // Whoever got away from the group may keep the stream open: we do not wait for that.
        let _ = self.end.recv_timeout(Duration::from_millis(500));
        let kept = self.kept.lock().expect("the lock of what was heard");
        String::from_utf8_lossy(&kept.iter().copied().collect::<Vec<_>>()).into_owned()
    }
}

fn listen(stream: Option<impl Read + Send + 'static>) -> Heard {
    let kept = Arc::new(Mutex::new(VecDeque::new()));
    let (done, end) = channel();
    let heard = Heard { kept: Arc::clone(&kept), end };
    thread::spawn(move || {
        let (Some(mut stream), mut data) = (stream, [0; 8192]) else { return };
        while let Ok(n @ 1..) = stream.read(&mut data) {
            let mut kept = kept.lock().expect("the lock of what was heard");
            kept.extend(&data[..n]);
            let surplus = kept.len().saturating_sub(KEPT);
            kept.drain(..surplus);
        }
        drop(done);
    });
    heard
}

fn kill_group(leader: &Child) {
    let group = format!("-{}", leader.id());
    let _ = Command::new("kill")
        .args(["-s", "KILL", "--", &group])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::process::Command;
    use std::time::Duration;

    #[test]
    fn of_a_long_output_the_end_is_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo the end"]);
        let ended = run(&command, Duration::from_secs(20)).unwrap();
        assert!(ended.success && ended.output.ends_with("xxxthe end\n"));
        assert!(ended.output.len() < 150_000, "{} bytes are kept", ended.output.len());
    }
}
