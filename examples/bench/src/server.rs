//! A server as a process of its own: started, pinned, watched from outside, and ended.

use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use harness::{DEADLINE, Process};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

use crate::load::{Late, Wrong};
use crate::machine;

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
    pub fn start(command: &mut Command, at: Option<SocketAddr>, core: usize) -> Result<Server> {
        if let Some(address) = at.filter(|address| TcpStream::connect(address).is_ok()) {
            bail!("somebody listens on {address} already; end that process first");
        }
        let memory = || anyhow::Ok(File::from(memfd_create("output", MemfdFlags::CLOEXEC)?));
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
        let process = Process::start_group(command)
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        let address = ([127, 0, 0, 1], 0).into();
        let mut server = Server { process, address, output, own_descriptors: 0 };
        let listens = until("it did not listen", || server.listens(at));
        server.address = listens.map_err(|error| server.last_words(error))?;
        server.own_descriptors = server.descriptors()?;
        Ok(server)
    }

    /// Where it listens, if it does yet.
    fn listens(&mut self, at: Option<SocketAddr>) -> Result<Option<SocketAddr>> {
        if let Some(status) = self.process.try_wait()? {
            bail!("it ended before it listened ({status})");
        }
        if let Some(address) = at {
            // It should have forgotten this client before the next one comes.
            let listens = TcpStream::connect(address).map(|_| sleep(Duration::from_millis(100)));
            return Ok(listens.ok().map(|()| address));
        }
        let text = text(&self.output[0]);
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let address = whole.lines().find_map(|line| line.strip_prefix("Server running on "));
        let parse = |address: &str| address.trim().parse().with_context(|| format!("'{address}'"));
        address.map(parse).transpose()
    }

    /// What went wrong with the last line that it printed on stderr, which tells more.
    pub fn last_words(&self, error: Error) -> Error {
        match text(&self.output[1]).lines().last() {
            Some(line) if !error.is::<Wrong>() && !error.is::<Late>() => {
                anyhow!("{error:#}; its last line is: {line}")
            }
            _ => error,
        }
    }

    /// The CPU time of all its threads, those that have ended included.
    pub fn cpu(&self) -> Result<Duration> {
        let (mut clock, mut time) = (0, libc::timespec { tv_sec: 0, tv_nsec: 0 });
        let id = self.process.id() as i32;
        // SAFETY: both pointers are to variables of ours. rustix has no clock of another process, and
        // /proc no time of its threads that have ended.
        let is_known = unsafe {
            libc::clock_getcpuclockid(id, &raw mut clock) == 0
                && libc::clock_gettime(clock, &raw mut time) == 0
        };
        ensure!(is_known, "process {id} has no CPU time any more");
        Ok(Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
    }

    /// How long it could have run, but another process had the core. Not known of a server with
    /// several threads, which wait for each other.
    pub fn waited(&self) -> Result<Duration> {
        if self.proc("task", fs::read_dir)?.count() > 1 {
            return Ok(Duration::ZERO);
        }
        let stat = self.proc("schedstat", fs::read_to_string)?;
        let waited = stat.split_whitespace().nth(1).context("schedstat has one number")?;
        Ok(Duration::from_nanos(waited.parse()?))
    }

    /// The bytes of memory that it has in RAM, counted page by page (the shorter ways to ask are
    /// off by hundreds of kilobytes).
    pub fn rss(&self) -> Result<f64> {
        let rollup = self.proc("smaps_rollup", fs::read_to_string)?;
        let mut words = rollup.split_whitespace().skip_while(|&word| word != "Rss:");
        Ok(1024.0 * words.nth(1).context("smaps_rollup has no Rss")?.parse::<f64>()?)
    }

    /// Waits until it has a descriptor for each of `clients`.
    pub fn wait_for_clients(&self, clients: usize) -> Result<()> {
        until(&format!("it did not accept {clients} clients"), || {
            Ok((self.descriptors()? >= self.own_descriptors + clients).then_some(()))
        })
    }

    fn descriptors(&self) -> Result<usize> {
        Ok(self.proc("fd", fs::read_dir)?.count())
    }

    /// What the kernel tells of the process under this name.
    fn proc<T>(&self, name: &str, read: impl Fn(String) -> io::Result<T>) -> Result<T> {
        let path = format!("/proc/{}/{name}", self.process.id());
        read(path.clone()).with_context(|| format!("cannot read {path}"))
    }
}

/// Asks again and again until there is an answer.
fn until<T>(late: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + DEADLINE;
    while Instant::now() < end {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        sleep(Duration::from_micros(200));
    }
    bail!("{late} within {} s", DEADLINE.as_secs())
}

/// The first part of what was written to `file`, whatever position it is at.
fn text(file: &File) -> String {
    let mut text = vec![0; 16 * 1024];
    let count = file.read_at(&mut text, 0).unwrap_or(0);
    String::from_utf8_lossy(&text[..count]).into_owned()
}
