//! A server as a process of its own: started, pinned, watched from outside, and ended.

use std::fs::{self, File};
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::epoll::check;
use crate::failure::Failure;
use crate::machine;

/// How long a server has to say that it listens; Python on a busy machine needs a second.
const START: Duration = Duration::from_secs(20);

/// What stands in front of the address in the line that a server prints when it listens.
const LINE: &str = "Server running on ";

/// The process groups that run now, for [`end_all`].
static RUNNING: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// Ends every process that was started and has not ended.
pub fn end_all() {
    for group in running().drain(..) {
        // SAFETY: no pointers. The group was ours and is not waited for yet, so that its number
        // cannot mean another's by now.
        unsafe { libc::kill(-group, libc::SIGKILL) };
    }
}

/// A child process that ends with us, however we end.
pub struct Process {
    child: Child,
    /// Whether it is waited for already, so that its number may mean another process by now.
    ended: bool,
}

impl Process {
    /// Starts `command` in a process group of its own, on `core` if there is one to choose.
    pub fn start(command: &mut Command, core: Option<usize>) -> io::Result<Process> {
        // SAFETY: a process id, no pointers.
        let parent = unsafe { libc::getpid() };
        command.process_group(0);
        // SAFETY: between fork and exec only system calls are made, nothing is allocated.
        unsafe {
            command.pre_exec(move || {
                check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
                // If we ended before that call, nobody would send the signal any more.
                if libc::getppid() != parent {
                    return Err(io::Error::from_raw_os_error(libc::ESRCH));
                }
                core.map_or(Ok(()), machine::pin)
            });
        }
        let child = command.spawn()?;
        running().push(child.id() as i32);
        Ok(Process { child, ended: false })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, as Ctrl-C would.
    pub fn interrupt(&self) {
        if !self.ended {
            // SAFETY: no pointers; nobody has waited for the process, so the number is still its.
            unsafe { libc::kill(self.id() as i32, libc::SIGINT) };
        }
    }

    /// All that it prints until it ends, on those of stdout and stderr that are pipes.
    pub fn output(&mut self) -> io::Result<String> {
        let mut output = String::new();
        if let Some(stdout) = &mut self.child.stdout {
            stdout.read_to_string(&mut output)?;
        }
        if let Some(stderr) = &mut self.child.stderr {
            stderr.read_to_string(&mut output)?;
        }
        Ok(output)
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.forget();
        Ok(status)
    }

    /// How it ended, if it did.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        if status.is_some() {
            self.forget();
        }
        Ok(status)
    }

    fn forget(&mut self) {
        self.ended = true;
        let id = self.id() as i32;
        running().retain(|&group| group != id);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.ended {
            // SAFETY: no pointers; nobody has waited for the process, so the number is still its.
            unsafe { libc::kill(-(self.id() as i32), libc::SIGKILL) };
            self.forget();
            let _ = self.child.wait();
        }
    }
}

fn running() -> MutexGuard<'static, Vec<i32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct Server {
    process: Process,
    pub address: SocketAddr,
    /// What it prints: files in memory, which are never full and never closed, and need nobody to
    /// read them while the clocks run.
    output: [File; 2],
    /// The descriptors that it has without any client.
    own_descriptors: usize,
}

/// How a server tells where it listens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Starts {
    /// With a line that ends in its address.
    Line,
    /// Not at all: this is where it will listen.
    At(SocketAddr),
}

impl Server {
    pub fn start(command: &mut Command, starts: Starts, core: usize) -> Result<Server, Failure> {
        match starts {
            Starts::At(address) if TcpStream::connect(address).is_ok() => {
                return Err(Failure::server(format!(
                    "somebody listens on {address} already; end that process first"
                )));
            }
            _ => {}
        }
        let mut started = || -> io::Result<(Process, [File; 2])> {
            let output = [memory()?, memory()?];
            command.stdin(Stdio::null());
            command.stdout(output[0].try_clone()?).stderr(output[1].try_clone()?);
            Ok((Process::start(command, Some(core))?, output))
        };
        let (process, output) = started().map_err(|error| {
            let program = command.get_program().to_string_lossy();
            Failure::server(format!("cannot start {program}: {error}"))
        })?;
        let mut server =
            Server { process, address: ([127, 0, 0, 1], 0).into(), output, own_descriptors: 0 };
        server.address = server.wait_until_it_listens(starts)?;
        server.own_descriptors = server.descriptors()?;
        Ok(server)
    }

    fn wait_until_it_listens(&mut self, starts: Starts) -> Result<SocketAddr, Failure> {
        let end = Instant::now() + START;
        while Instant::now() < end {
            match starts {
                Starts::Line => {
                    let text = text(&self.output[0]);
                    let line = text.lines().find_map(|line| line.strip_prefix(LINE));
                    if let (Some(line), true) = (line, text.ends_with('\n')) {
                        let address = line.trim().parse();
                        return address.map_err(|_| {
                            Failure::server(format!("it says that it runs on '{line}'"))
                        });
                    }
                }
                Starts::At(address) => {
                    if TcpStream::connect(address).is_ok() {
                        // It should have forgotten this client before the next one comes.
                        sleep(Duration::from_millis(100));
                        return Ok(address);
                    }
                }
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(Failure::server(format!(
                    "it ended before it listened ({status}){}",
                    self.last_words()
                )));
            }
            sleep(Duration::from_millis(2));
        }
        let seconds = START.as_secs();
        let last = self.last_words();
        Err(Failure::server(format!("it did not listen within {seconds} s{last}")))
    }

    /// The last line that it printed on stderr, to be put behind what went wrong.
    pub fn last_words(&self) -> String {
        let text = text(&self.output[1]);
        text.lines().last().map_or(String::new(), |line| format!("; its last line is: {line}"))
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The CPU time of all its threads, those that have ended included.
    pub fn cpu(&self) -> Result<Duration, Failure> {
        let read = || -> io::Result<Duration> {
            let mut clock = 0;
            // SAFETY: `clock` is ours and lives through the call.
            match unsafe { libc::clock_getcpuclockid(self.id() as i32, &raw mut clock) } {
                0 => machine::clock(clock),
                error => Err(io::Error::from_raw_os_error(error)),
            }
        };
        read().map_err(|error| self.gone("the CPU time", error))
    }

    /// How long it could have run, but another process had the core. Not known of a server with
    /// several threads, which wait for each other.
    pub fn waited(&self) -> Result<Duration, Failure> {
        let read = || -> io::Result<Duration> {
            if fs::read_dir(format!("/proc/{}/task", self.id()))?.count() > 1 {
                return Ok(Duration::ZERO);
            }
            let stat = fs::read_to_string(format!("/proc/{}/schedstat", self.id()))?;
            let waited = stat.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok());
            Ok(Duration::from_nanos(waited.unwrap_or(0)))
        };
        read().map_err(|error| self.gone("the waiting time", error))
    }

    /// The bytes of memory that it has in RAM, counted page by page (the shorter ways to ask are
    /// off by hundreds of kilobytes).
    pub fn rss(&self) -> Result<u64, Failure> {
        let read = || -> io::Result<u64> {
            let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.id()))?;
            let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB"));
            let kilobytes = kilobytes.and_then(|number| number.trim().parse::<u64>().ok());
            Ok(1024 * kilobytes.ok_or_else(|| io::Error::other("no line 'Rss:'"))?)
        };
        read().map_err(|error| self.gone("the memory", error))
    }

    /// Waits until it has a descriptor for each of `clients`.
    pub fn wait_for_clients(&self, clients: usize) -> Result<(), Failure> {
        let end = Instant::now() + START;
        loop {
            let accepted = self.descriptors()?.saturating_sub(self.own_descriptors);
            if accepted >= clients {
                return Ok(());
            }
            if Instant::now() > end {
                let seconds = START.as_secs();
                return Err(Failure::server(format!(
                    "it accepted {accepted} of {clients} clients within {seconds} s"
                )));
            }
            sleep(Duration::from_micros(200));
        }
    }

    fn descriptors(&self) -> Result<usize, Failure> {
        let entries = fs::read_dir(format!("/proc/{}/fd", self.id()));
        Ok(entries.map_err(|error| self.gone("the descriptors", error))?.count())
    }

    fn gone(&self, what: &str, error: io::Error) -> Failure {
        Failure::server(format!("cannot read {what} of process {}: {error}", self.id()))
    }
}

/// A file in memory that has no name.
fn memory() -> io::Result<File> {
    // SAFETY: the name is a literal with a zero at its end.
    let fd = check(unsafe { libc::memfd_create(c"output".as_ptr(), libc::MFD_CLOEXEC) })?;
    // SAFETY: the kernel made this descriptor for us just now, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) }.into())
}

/// The first part of what was written to `file`, whatever position it is at.
fn text(file: &File) -> String {
    let mut text = vec![0; 16 * 1024];
    let count = file.read_at(&mut text, 0).unwrap_or(0);
    String::from_utf8_lossy(&text[..count]).into_owned()
}
