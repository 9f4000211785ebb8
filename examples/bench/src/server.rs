//! The servers: each a process of its own, started, pinned, watched from outside, and ended.

use std::env::current_exe;
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

use crate::Options;
use crate::load::{Late, Wrong};
use crate::machine::{ask, pin};

/// The names on the command line, in the order of the tables.
pub const NAMES: [&str; 10] =
    ["genlab", "server", "tokio", "smol", "threads", "epoll", "asyncio", "uvloop", "lab", "wrong"];

pub struct Peer {
    pub name: String,
    /// The program and its arguments.
    words: Vec<String>,
    /// Where it will listen, if it does not say so with a line that ends in its address.
    at: Option<SocketAddr>,
    /// How many clients may connect before it has accepted the first: the lab's backlog is 5.
    pub wave: usize,
    /// How many clients Python's `select` lets it have.
    pub most: Option<usize>,
}

impl Peer {
    fn new(name: &str, words: &[&str]) -> Peer {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Peer { name: name.to_owned(), words, at: None, wave: 500, most: None }
    }
}

/// The peers that this machine has, and a sentence on each that is left out.
pub fn find(options: &Options) -> Result<(Vec<Peer>, Vec<String>)> {
    let lab = options.lab.as_ref().map(|path| path.to_string_lossy());
    if let Some(path) = options.lab.as_deref().filter(|path| !path.is_file()) {
        bail!("there is no file {}; give --lab the path of the lab's server.py", path.display());
    }
    let myself = current_exe().context("cannot find my own program")?;
    let python = |program| ask(&options.python, &["-c", program]);
    // The interpreter itself: what is called `python3` may be a script that only looks for it.
    let interpreter = python("import sys; print(sys.executable)");
    let example = |name: &str, file: &str| {
        let program = harness::example(file).map_err(Error::msg)?;
        anyhow::Ok(Peer::new(name, &[&program.to_string_lossy(), "127.0.0.1:0"]))
    };
    let (mut peers, mut left_out) = (Vec::new(), Vec::new());
    for name in &options.peers {
        let peer = match (name.as_str(), &interpreter, &lab) {
            ("genlab", ..) => Ok(example(name, "echo")?),
            ("server", ..) => Ok(Peer { wave: 4, ..example(name, "server")? }),
            ("tokio" | "smol" | "threads" | "epoll" | "wrong", ..) => {
                Ok(Peer::new(name, &[&myself.to_string_lossy(), "--serve", name]))
            }
            ("lab", _, None) => Err("its file has to be given with --lab PATH/server.py"),
            (_, None, _) => Err("there is no Python"),
            ("lab", Some(interpreter), Some(file)) => Ok(Peer {
                // It is written into its code.
                at: Some(([127, 0, 0, 1], 25000).into()),
                wave: 4,
                most: Some(1000),
                ..Peer::new(name, &[interpreter, file])
            }),
            ("uvloop", ..) if python("import uvloop").is_none() => Err("Python has no uvloop"),
            (_, Some(interpreter), _) => {
                let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/echo.py");
                Ok(Peer::new(name, &[interpreter, script, name, "127.0.0.1", "0"]))
            }
        };
        match peer {
            Ok(peer) => peers.push(peer),
            Err(why) => left_out.push(format!("{name} is left out: {why}.")),
        }
    }
    let own = options.servers.iter().map(|program| Peer::new(program, &[program, "127.0.0.1:0"]));
    peers.extend(own);
    Ok((peers, left_out))
}

/// A server that ends with us, however we end.
pub struct Server {
    process: Process,
    pub address: SocketAddr,
    /// What it prints: files in memory, which need nobody to read them while the clocks run.
    output: [File; 2],
    /// The descriptors that it has without any client.
    own_descriptors: usize,
}

impl Server {
    /// Starts `peer` on `core`, and waits until it listens.
    pub fn start(peer: &Peer, core: usize) -> Result<Server> {
        let at = peer.at;
        if let Some(address) = at.filter(|address| TcpStream::connect(address).is_ok()) {
            bail!("somebody listens on {address} already; end that process first");
        }
        let mut command = Command::new(&peer.words[0]);
        command.args(&peer.words[1..]).stdin(Stdio::null());
        let memory = || anyhow::Ok(File::from(memfd_create("output", MemfdFlags::CLOEXEC)?));
        let output = [memory()?, memory()?];
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
                pin(core)
            });
        }
        let process = Process::start_group(&mut command)
            .with_context(|| format!("cannot start {}", peer.words[0]))?;
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
            let listens = TcpStream::connect(address).is_ok();
            // It should have forgotten this client before the next one comes.
            sleep(Duration::from_millis(100));
            return Ok(listens.then_some(address));
        }
        let text = text(&self.output[0]);
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let address = whole.lines().find_map(|line| line.strip_prefix("Server running on "));
        let wrong = || format!("it says that it runs on {address:?}");
        address.map(|address| address.trim().parse()).transpose().with_context(wrong)
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

    /// How long another process had its core. Not known of several threads, which wait for each other.
    pub fn waited(&self) -> Result<Duration> {
        if self.proc("task", fs::read_dir)?.count() > 1 {
            return Ok(Duration::ZERO);
        }
        let stat = self.proc("schedstat", fs::read_to_string)?;
        let waited = stat.split_whitespace().nth(1).context("schedstat has one number")?;
        Ok(Duration::from_nanos(waited.parse()?))
    }

    /// The bytes of memory that it has in RAM, counted page by page.
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
