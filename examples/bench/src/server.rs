//! A server as a process of its own: started, pinned, watched from outside, and ended.

use std::fs::{self, File};
use std::io;
use std::mem::MaybeUninit;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Pid, Signal};
use rustix::process::{getpid, getppid, kill_process_group, set_parent_process_death_signal};

use crate::load::Failure;
use crate::machine;

/// How long a server has to say that it listens; Python on a busy machine needs a second.
const START: Duration = Duration::from_secs(20);

/// What stands in front of the address in the line that a server prints when it listens.
const LINE: &str = "Server running on ";

/// A server that ends with us, however we end.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// What it prints: files in memory, which are never full and never closed, and need nobody to
    /// read them while the clocks run.
    output: [File; 2],
    /// The descriptors that it has without any client.
    own_descriptors: usize,
}

impl Server {
    /// Starts `command` on `core`, and waits for the line with its address; if it prints none, `at`
    /// is where it will listen.
    pub fn start(
        command: &mut Command,
        at: Option<SocketAddr>,
        core: usize,
    ) -> Result<Server, Failure> {
        if let Some(address) = at.filter(|address| TcpStream::connect(address).is_ok()) {
            return Err(Failure::Server(format!(
                "somebody listens on {address} already; end that process first"
            )));
        }
        let mut started = || -> io::Result<(Child, [File; 2])> {
            let memory =
                || io::Result::Ok(File::from(memfd_create("output", MemfdFlags::CLOEXEC)?));
            let output = [memory()?, memory()?];
            command.stdin(Stdio::null()).process_group(0);
            command.stdout(output[0].try_clone()?).stderr(output[1].try_clone()?);
            let parent = getpid();
            // SAFETY: between fork and exec only system calls are made, nothing is allocated.
            unsafe {
                command.pre_exec(move || {
                    set_parent_process_death_signal(Some(Signal::KILL))?;
                    // If we ended before that call, nobody would send the signal any more.
                    if getppid() != Some(parent) {
                        return Err(io::ErrorKind::NotFound.into());
                    }
                    machine::pin(core)
                });
            }
            Ok((command.spawn()?, output))
        };
        let (child, output) = started().map_err(|error| {
            let program = command.get_program().to_string_lossy();
            Failure::Server(format!("cannot start {program}: {error}"))
        })?;
        let address = ([127, 0, 0, 1], 0).into();
        let mut server = Server { child, address, output, own_descriptors: 0 };
        server.address = server.wait_until_it_listens(at)?;
        server.own_descriptors = server.descriptors()?;
        Ok(server)
    }

    fn wait_until_it_listens(&mut self, at: Option<SocketAddr>) -> Result<SocketAddr, Failure> {
        let end = Instant::now() + START;
        while Instant::now() < end {
            let text = text(&self.output[0]);
            match at {
                Some(address) if TcpStream::connect(address).is_ok() => {
                    // It should have forgotten this client before the next one comes.
                    sleep(Duration::from_millis(100));
                    return Ok(address);
                }
                None if text.ends_with('\n') => {
                    if let Some(line) = text.lines().find_map(|line| line.strip_prefix(LINE)) {
                        let says = format!("it says that it runs on '{line}'");
                        return line.trim().parse().map_err(|_| Failure::Server(says));
                    }
                }
                _ => {}
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                let last = self.last_words();
                let ended = format!("it ended before it listened ({status}){last}");
                return Err(Failure::Server(ended));
            }
            sleep(Duration::from_millis(2));
        }
        let (seconds, last) = (START.as_secs(), self.last_words());
        Err(Failure::Server(format!("it did not listen within {seconds} s{last}")))
    }

    /// The last line that it printed on stderr, to be put behind what went wrong.
    pub fn last_words(&self) -> String {
        let text = text(&self.output[1]);
        text.lines().last().map_or(String::new(), |line| format!("; its last line is: {line}"))
    }

    /// The CPU time of all its threads, those that have ended included.
    pub fn cpu(&self) -> Result<Duration, Failure> {
        let (mut clock, mut time) = (0, MaybeUninit::<libc::timespec>::zeroed());
        // SAFETY: both pointers are to variables of ours, and all zero is a `timespec`. rustix has no
        // clock of another process, and /proc no time of its threads that have ended.
        let (error, time) = unsafe {
            let error = match libc::clock_getcpuclockid(self.child.id() as i32, &raw mut clock) {
                0 => libc::clock_gettime(clock, time.as_mut_ptr()),
                error => error,
            };
            (error, time.assume_init())
        };
        match error {
            0 => Ok(Duration::new(time.tv_sec as u64, time.tv_nsec as u32)),
            _ => Err(self.gone("the CPU time", io::Error::from_raw_os_error(libc::ESRCH))),
        }
    }

    /// How long it could have run, but another process had the core. Not known of a server with
    /// several threads, which wait for each other.
    pub fn waited(&self) -> Result<Duration, Failure> {
        if self.proc("task", fs::read_dir)?.count() > 1 {
            return Ok(Duration::ZERO);
        }
        let stat = self.proc("schedstat", fs::read_to_string)?;
        let waited = stat.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok());
        Ok(Duration::from_nanos(waited.unwrap_or(0)))
    }

    /// The bytes of memory that it has in RAM, counted page by page (the shorter ways to ask are
    /// off by hundreds of kilobytes).
    pub fn rss(&self) -> Result<u64, Failure> {
        let rollup = self.proc("smaps_rollup", fs::read_to_string)?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB"));
        let kilobytes = kilobytes.and_then(|number| number.trim().parse::<u64>().ok());
        let no_line = || self.gone("smaps_rollup", io::Error::other("no line 'Rss:'"));
        Ok(1024 * kilobytes.ok_or_else(no_line)?)
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
                let what = format!("it accepted {accepted} of {clients} clients in {seconds} s");
                return Err(Failure::Server(what));
            }
            sleep(Duration::from_micros(200));
        }
    }

    fn descriptors(&self) -> Result<usize, Failure> {
        Ok(self.proc("fd", fs::read_dir)?.count())
    }

    /// What the kernel tells of the process under this name.
    fn proc<T>(&self, name: &str, read: impl Fn(String) -> io::Result<T>) -> Result<T, Failure> {
        let path = format!("/proc/{}/{name}", self.child.id());
        read(path).map_err(|error| self.gone(name, error))
    }

    fn gone(&self, what: &str, error: io::Error) -> Failure {
        Failure::Server(format!("cannot read {what} of process {}: {error}", self.child.id()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody has waited for it, so the number is still its.
        if let (Ok(None), group) = (self.child.try_wait(), Pid::from_child(&self.child)) {
            let _ = kill_process_group(group, Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// The first part of what was written to `file`, whatever position it is at.
fn text(file: &File) -> String {
    let mut text = vec![0; 16 * 1024];
    let count = file.read_at(&mut text, 0).unwrap_or(0);
    String::from_utf8_lossy(&text[..count]).into_owned()
}
