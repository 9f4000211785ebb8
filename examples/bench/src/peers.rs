//! The servers that are compared, and how each is started.

use std::env::current_exe;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use anyhow::{Context, Error, bail};

use crate::Options;
use crate::machine::ask;

/// The names on the command line, in the order of the tables; all but the last are compared unless
/// others are chosen.
pub const NAMES: [&str; 10] =
    ["genlab", "server", "tokio", "smol", "threads", "epoll", "asyncio", "uvloop", "lab", "wrong"];

/// How many may connect to a server whose backlog is the lab's, 5, before it has accepted the first.
const LABS_WAVE: usize = 4;

/// Where the lab's own server listens, on all interfaces: it is written into its code.
const LAB: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 25000);

pub struct Peer {
    pub name: String,
    /// The program and its arguments.
    words: Vec<String>,
    /// Where it will listen, if it does not say so with a line that ends in its address.
    pub at: Option<SocketAddr>,
    /// How many clients may connect before it has accepted the first: what its backlog holds.
    pub wave: usize,
    /// How many clients Python's `select` lets it have.
    pub most: Option<usize>,
}

impl Peer {
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]);
        command
    }

    fn new(name: &str, words: &[&str]) -> Peer {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Peer { name: name.to_owned(), words, at: None, wave: 500, most: None }
    }
}

/// The peers that this machine has, and a sentence on each that is left out.
pub fn find(options: &Options) -> anyhow::Result<(Vec<Peer>, Vec<String>)> {
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
    let mut peers = Vec::new();
    let mut left_out = Vec::new();
    for name in &options.peers {
        let peer = match (name.as_str(), &interpreter, &lab) {
            ("genlab", ..) => Ok(example(name, "echo")?),
            // The lab in Rust in the obvious way.
            ("server", ..) => Ok(Peer { wave: LABS_WAVE, ..example(name, "server")? }),
            ("tokio" | "smol" | "threads" | "epoll" | "wrong", ..) => {
                Ok(Peer::new(name, &[&myself.to_string_lossy(), "--serve", name]))
            }
            ("lab", _, None) => Err("its file has to be given with --lab PATH/server.py"),
            (_, None, _) => Err("there is no Python"),
            ("lab", Some(interpreter), Some(file)) => Ok(Peer {
                at: Some(LAB),
                wave: LABS_WAVE,
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
