//! A process that is started, listened to, and ended in any case.
//!
//! - Of what it prints, no more than the last megabyte of each stream is kept.
//! - Every wait has a limit.
//! - It is killed when it is dropped or its time is up: with all of its process group if it was started
//!   as one (on Unix). Somebody who left the group and holds a stream open keeps nobody waiting.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::process::{Child, ChildStdin, Command, ExitStatus};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::process as unix;

/// Nothing here takes a second; this is for a machine that is busy with other things.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Of what a process prints, so many bytes of each stream are kept.
const KEPT: usize = 1_000_000;

/// How long the end of a stream may take once the process has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A process, and those of its streams that the command asked for as pipes.
#[derive(Debug)]
pub struct Process {
    child: Child,
    leads_a_group: bool,
    ended: Option<ExitStatus>,
    pub stdin: Option<ChildStdin>,
    pub stdout: Lines,
    pub stderr: Lines,
}

impl Process {
    /// Starts a command that belongs to us, as Ctrl-C in our terminal ends both.
    pub fn start(command: &mut Command) -> io::Result<Process> {
        let mut child = command.spawn()?;
        Ok(Process {
            leads_a_group: false,
            ended: None,
            stdin: child.stdin.take(),
            stdout: Lines::of(child.stdout.take()),
            stderr: Lines::of(child.stderr.take()),
            child,
        })
    }

    /// Starts a command as the leader of a group: what it starts ends with it.
    #[cfg(unix)]
    pub fn start_group(command: &mut Command) -> io::Result<Process> {
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut process = Process::start(command)?;
        process.leads_a_group = true;
        Ok(process)
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, to all of its group if it leads one.
    #[cfg(unix)]
    pub fn signal(&self, signal: unix::Signal) {
        // While nobody has waited for it, the number is its own.
        let id = unix::Pid::from_child(&self.child);
        let _ = match (self.ended, self.leads_a_group) {
            (Some(_), _) => return,
            (None, true) => unix::kill_process_group(id, signal),
            (None, false) => unix::kill_process(id, signal),
        };
    }

    /// How it ended, if it has. Then nobody of its group is left either.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.ended.is_none() && self.has_ended()? {
            self.kill();
        }
        Ok(self.ended)
    }

    /// Without waiting for it: its number, which is also the group's, must not go to somebody else yet.
    #[cfg(unix)]
    fn has_ended(&mut self) -> io::Result<bool> {
        use unix::{WaitId, WaitIdOptions};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let id = unix::Pid::from_child(&self.child);
        Ok(rustix::io::retry_on_intr(|| unix::waitid(WaitId::Pid(id), options))?.is_some())
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits for its end; `None` if it had to be killed.
    pub fn wait_for(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(Some(status));
            }
            if start.elapsed() >= limit {
                self.kill();
                return Ok(None);
            }
            thread::park_timeout(Duration::from_millis(1));
        }
    }

    /// Waits for its end, with an error at the deadline.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.wait_for(DEADLINE)?.ok_or_else(|| {
            io::Error::other(format!("process {} did not end within {DEADLINE:?}", self.id()))
        })
    }

    /// Ends it, and its group.
    pub fn kill(&mut self) {
        if self.ended.is_none() {
            #[cfg(unix)]
            self.signal(unix::Signal::KILL);
            let _ = self.child.kill();
            self.ended = self.child.wait().ok();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a stream has said so far.
#[derive(Clone, Debug)]
pub struct Lines(Arc<(Mutex<Heard>, Condvar)>);

#[derive(Debug, Default)]
struct Heard {
    kept: VecDeque<u8>,
    /// Where the line begins that is handed out next.
    next: usize,
    ended: bool,
}

impl Heard {
    fn line(&mut self) -> Option<String> {
        let rest = self.kept.range(self.next..);
        let (length, end) = match rest.clone().position(|&byte| byte == b'\n') {
            Some(length) => (length, 1),
            None if self.ended && rest.len() > 0 => (rest.len(), 0),
            None => return None,
        };
        let line: Vec<u8> = rest.take(length).copied().collect();
        self.next += length + end;
        let line = line.strip_suffix(b"\r").filter(|_| cfg!(windows)).unwrap_or(&line);
        Some(String::from_utf8_lossy(line).into_owned())
    }
}

impl Lines {
    fn of(stream: Option<impl Read + Send + 'static>) -> Lines {
        let lines = Lines(Arc::default());
        let Some(mut stream) = stream else {
            lines.0.0.lock().unwrap().ended = true;
            return lines;
        };
        let shared = Arc::clone(&lines.0);
        thread::spawn(move || {
            let mut data = [0; 8192];
            loop {
                let n = match stream.read(&mut data) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read.unwrap_or(0),
                };
                let heard = &mut *shared.0.lock().unwrap();
                heard.kept.extend(&data[..n]);
                heard.ended = n == 0;
                let surplus = heard.kept.len().saturating_sub(KEPT);
                heard.kept.drain(..surplus);
                heard.next = heard.next.saturating_sub(surplus);
                shared.1.notify_all();
                if n == 0 {
                    break;
                }
            }
        });
        lines
    }

    /// The next line: what `mpsc::Receiver::recv_timeout` is for a channel. Disconnected: there is none.
    pub fn recv_timeout(&self, limit: Duration) -> Result<String, RecvTimeoutError> {
        let (heard, more) = &*self.0;
        let waiting = |heard: &mut Heard| {
            !heard.ended && !heard.kept.range(heard.next..).any(|&b| b == b'\n')
        };
        let (mut heard, _) =
            more.wait_timeout_while(heard.lock().unwrap(), limit, waiting).unwrap();
        let none =
            if heard.ended { RecvTimeoutError::Disconnected } else { RecvTimeoutError::Timeout };
        heard.line().ok_or(none)
    }

    /// All lines that were not handed out yet, up to the end.
    pub fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.recv_timeout(DEADLINE).ok()).collect()
    }

    /// Whether all is there.
    pub fn is_complete(&self) -> bool {
        self.0.0.lock().unwrap().ended
    }

    /// All that is kept of it, now.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.0.lock().unwrap().kept.iter().copied().collect()
    }

    /// The same, as lines; the last one may still grow.
    pub fn get(&self) -> Vec<String> {
        String::from_utf8_lossy(&self.bytes()).lines().map(str::to_string).collect()
    }

    /// All that is kept of it once the process has ended, with what comes in the next half second.
    pub fn last_words(&self) -> Vec<u8> {
        let (heard, more) = &*self.0;
        drop(more.wait_timeout_while(heard.lock().unwrap(), LAST_WORDS, |heard| !heard.ended));
        self.bytes()
    }
}
