//! A server as a process of its own: started, pinned, watched from outside, and ended.

use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::{DEADLINE, Process};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

use crate::load::Failure;
use crate::machine;

/// What stands in front of the address in the line that a server prints when it listens.
const LINE: &str = "Server running on ";

/// A server that ends with us, however we end.
pub struct Server {
    process: Process,
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
        let mut start = || -> io::Result<(Process, [File; 2])> {
            let memory =
                || io::Result::Ok(File::from(memfd_create("output", MemfdFlags::CLOEXEC)?));
            let output = [memory()?, memory()?];
            command.stdin(Stdio::null());
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
            Ok((Process::start_group(command)?, output))
        };
        let (process, output) = start().map_err(|error| {
            let program = command.get_program().to_string_lossy();
            Failure::Server(format!("cannot start {program}: {error}"))
        })?;
        let address = ([127, 0, 0, 1], 0).into();
        let mut server = Server { process, address, output, own_descriptors: 0 };
        server.address = until("it did not listen", || server.listens(at))?;
        server.own_descriptors = server.descriptors()?;
        Ok(server)
    }

    /// Where it listens, if it does yet.
    fn listens(&mut self, at: Option<SocketAddr>) -> Result<Option<SocketAddr>, Failure> {
        if let Ok(Some(status)) = self.process.try_wait() {
            return Err(Failure::Server(format!("it ended before it listened ({status})")));
        }
        if let Some(address) = at {
            // It should have forgotten this client before the next one comes.
            let listens = TcpStream::connect(address).map(|_| sleep(Duration::from_millis(100)));
            return Ok(listens.ok().map(|()| address));
        }
        let text = text(&self.output[0]);
        let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let Some(address) = lines.find_map(|line| line.strip_prefix(LINE)) else { return Ok(None) };
        let not_one = |_| Failure::Server(format!("it says that it runs on '{address}'"));
        address.trim().parse().map(Some).map_err(not_one)
    }

    /// The last line that it printed on stderr, to be put behind what went wrong.
    pub fn last_words(&self) -> String {
        let text = text(&self.output[1]);
        text.lines().last().map_or(String::new(), |line| format!("; its last line is: {line}"))
    }

    /// The CPU time of all its threads, those that have ended included.
    pub fn cpu(&self) -> Result<Duration, Failure> {
        let (mut clock, mut time) = (0, libc::timespec { tv_sec: 0, tv_nsec: 0 });
        let id = self.process.id() as i32;
        // SAFETY: both pointers are to variables of ours. rustix has no clock of another process, and
        // /proc no time of its threads that have ended.
        let is_known = unsafe {
            libc::clock_getcpuclockid(id, &raw mut clock) == 0
                && libc::clock_gettime(clock, &raw mut time) == 0
        };
        is_known
            .then(|| Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
            .ok_or_else(|| Failure::Server(format!("process {id} has no CPU time any more")))
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
    pub fn rss(&self) -> Result<f64, Failure> {
        let rollup = self.proc("smaps_rollup", fs::read_to_string)?;
        let mut words = rollup.split_whitespace().skip_while(|&word| word != "Rss:");
        let kilobytes = words.nth(1).and_then(|number| number.parse::<f64>().ok());
        let no_line = || Failure::Server("smaps_rollup has no line 'Rss:'".to_owned());
        Ok(1024.0 * kilobytes.ok_or_else(no_line)?)
    }

    /// Waits until it has a descriptor for each of `clients`.
    pub fn wait_for_clients(&self, clients: usize) -> Result<(), Failure> {
        until(&format!("it did not accept {clients} clients"), || {
            Ok((self.descriptors()? >= self.own_descriptors + clients).then_some(()))
        })
    }

    fn descriptors(&self) -> Result<usize, Failure> {
        Ok(self.proc("fd", fs::read_dir)?.count())
    }

    /// What the kernel tells of the process under this name.
    fn proc<T>(&self, name: &str, read: impl Fn(String) -> io::Result<T>) -> Result<T, Failure> {
        let path = format!("/proc/{}/{name}", self.process.id());
        read(path.clone()).map_err(|error| Failure::Server(format!("cannot read {path}: {error}")))
    }
}

/// Asks again and again until there is an answer.
fn until<T>(late: &str, mut ask: impl FnMut() -> Result<Option<T>, Failure>) -> Result<T, Failure> {
    let end = Instant::now() + DEADLINE;
    while Instant::now() < end {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        sleep(Duration::from_micros(200));
    }
    Err(Failure::Server(format!("{late} within {} s", DEADLINE.as_secs())))
}

/// The first part of what was written to `file`, whatever position it is at.
fn text(file: &File) -> String {
    let mut text = vec![0; 16 * 1024];
    let count = file.read_at(&mut text, 0).unwrap_or(0);
    String::from_utf8_lossy(&text[..count]).into_owned()
}
