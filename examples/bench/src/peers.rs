//! The servers that are compared, and how each is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::results::Reason;
use crate::server::{Process, Starts};

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
    program: PathBuf,
    args: Vec<String>,
    pub starts: Starts,
    /// How many clients may connect before it has accepted the first: what its backlog holds.
    pub wave: usize,
    /// How many clients Python's `select` lets it have.
    pub most: Option<usize>,
}

impl Peer {
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        command
    }

    fn new(name: &str, program: PathBuf, args: &[&str]) -> Peer {
        let args = args.iter().map(|&arg| arg.to_owned()).collect();
        let name = name.to_owned();
        Peer { name, program, args, starts: Starts::Line, wave: 500, most: None }
    }
}

/// What is needed to find the peers.
pub struct Wanted<'a> {
    pub names: &'a [String],
    pub python: &'a str,
    pub lab: Option<&'a Path>,
    /// Servers of the reader: a name and a program that takes the address as its argument.
    pub servers: &'a [(String, PathBuf)],
}

/// The names of servers that are missing, and why.
type LeftOut = Vec<(String, Reason)>;

/// The peers that this machine has, and the others, each with the reason why it is left out.
pub fn find(wanted: &Wanted) -> Result<(Vec<Peer>, LeftOut), String> {
    let myself = std::env::current_exe();
    let myself = myself.map_err(|error| format!("cannot find the bench's own program: {error}"))?;
    if let Some(path) = wanted.lab.filter(|path| !path.is_file()) {
        let path = path.display();
        return Err(format!("there is no file {path}; give --lab the path of the lab's server.py"));
    }
    // The interpreter itself: what is called `python3` may be a script that only looks for it.
    let python = ask(Path::new(wanted.python), "import sys; print(sys.executable)");
    let python = python.map(PathBuf::from);
    let mut peers = Vec::new();
    let mut left_out = Vec::new();
    for name in wanted.names {
        let peer = match (name.as_str(), wanted.lab, &python) {
            ("genlab", ..) => Ok(Peer::new(name, build("echo")?, &["127.0.0.1:0"])),
            // The lab in Rust in the obvious way.
            ("server", ..) => {
                Ok(Peer { wave: LABS_WAVE, ..Peer::new(name, build("server")?, &["127.0.0.1:0"]) })
            }
            ("tokio" | "smol" | "threads" | "epoll" | "wrong", ..) => {
                Ok(Peer::new(name, myself.clone(), &["serve", name, "127.0.0.1:0"]))
            }
            ("lab", None, _) => Err(Reason::NoLab),
            (_, _, None) => Err(Reason::NoPython),
            ("uvloop", _, Some(python)) if ask(python, "import uvloop").is_none() => {
                Err(Reason::NoUvloop)
            }
            ("lab", Some(path), Some(python)) => Ok(Peer {
                starts: Starts::At(LAB),
                wave: LABS_WAVE,
                most: Some(1000),
                ..Peer::new(name, python.clone(), &[&path.to_string_lossy()])
            }),
            (_, _, Some(python)) => Ok(Peer::new(
                name,
                python.clone(),
                &[&script().to_string_lossy(), name, "127.0.0.1", "0"],
            )),
        };
        match peer {
            Ok(peer) => peers.push(peer),
            Err(reason) => left_out.push((name.clone(), reason)),
        }
    }
    for (name, program) in wanted.servers {
        peers.push(Peer::new(name, program.clone(), &["127.0.0.1:0"]));
    }
    Ok((peers, left_out))
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/echo.py")
}

/// What `python` prints when it runs `program`; `None` if it is not there or cannot.
pub fn ask(python: &Path, program: &str) -> Option<String> {
    let output = Command::new(python).args(["-c", program]).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Builds the example `name` as `cargo run --release --example` would, and returns where the program
/// is.
fn build(name: &str) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(&cargo);
    command.args(["build", "--release", "--package", "genlab", "--example", name]);
    command.args(["--message-format", "json-render-diagnostics"]).current_dir(root);
    let failed = |why: String| format!("cannot build examples/{name}.rs with cargo: {why}");
    let mut cargo = Process::start(command.stdin(Stdio::null()).stdout(Stdio::piped()), None)
        .map_err(|error| failed(error.to_string()))?;
    let messages = cargo.output().map_err(|error| failed(error.to_string()))?;
    let status = cargo.wait().map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(failed(format!("{status}; its messages are above")));
    }
    // One message a line; that of the example tells its name and where the program is.
    let messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let programs = messages.filter_map(|message: serde_json::Value| {
        let is_it = message["target"]["name"] == name;
        let program = message["executable"].as_str().filter(|_| is_it);
        program.map(PathBuf::from)
    });
    programs
        .reduce(|_, last| last)
        .ok_or_else(|| failed("it does not say where the program is".to_owned()))
}
