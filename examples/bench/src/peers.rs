//! The servers that are compared, and how each is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::args::Options;

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
    /// Where it will listen, if it does not say so with a line that ends in its address.
    pub at: Option<SocketAddr>,
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
        Peer { name, program, args, at: None, wave: 500, most: None }
    }
}

/// The names of servers that are missing, and why.
type LeftOut = Vec<(String, String)>;

/// The peers that this machine has, and the others, each with the reason why it is left out.
pub fn find(options: &Options) -> Result<(Vec<Peer>, LeftOut), String> {
    let myself = std::env::current_exe();
    let myself = myself.map_err(|error| format!("cannot find the bench's own program: {error}"))?;
    if let Some(path) = options.lab.as_deref().filter(|path| !path.is_file()) {
        let path = path.display();
        return Err(format!("there is no file {path}; give --lab the path of the lab's server.py"));
    }
    // The interpreter itself: what is called `python3` may be a script that only looks for it.
    let python = ask(Path::new(&options.python), "import sys; print(sys.executable)");
    let python = python.map(PathBuf::from);
    let mut peers = Vec::new();
    let mut left_out = Vec::new();
    for name in &options.peers {
        let peer = match (name.as_str(), &options.lab, &python) {
            ("genlab", ..) => Ok(Peer::new(name, build("echo")?, &["127.0.0.1:0"])),
            // The lab in Rust in the obvious way.
            ("server", ..) => {
                Ok(Peer { wave: LABS_WAVE, ..Peer::new(name, build("server")?, &["127.0.0.1:0"]) })
            }
            ("tokio" | "smol" | "threads" | "epoll" | "wrong", ..) => {
                Ok(Peer::new(name, myself.clone(), &["serve", name, "127.0.0.1:0"]))
            }
            ("lab", None, _) => Err("its file has to be given with --lab PATH/server.py"),
            (_, _, None) => Err("there is no Python"),
            ("uvloop", _, Some(python)) if ask(python, "import uvloop").is_none() => {
                Err("Python has no uvloop")
            }
            ("lab", Some(path), Some(python)) => Ok(Peer {
                at: Some(LAB),
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
            Err(why) => left_out.push((name.clone(), why.to_owned())),
        }
    }
    for (name, program) in &options.servers {
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
    let failed = |why: String| format!("cannot build examples/{name}.rs with cargo: {why}");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--package", "genlab", "--example", name]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let output = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("{}; its messages are above", output.status)));
    }
    // One message a line; that of the example tells its name and where the program is.
    let messages = output.stdout.split(|&byte| byte == b'\n');
    let mut programs = messages.filter_map(|line| {
        let message: serde_json::Value = serde_json::from_slice(line).ok()?;
        let program = message["executable"].as_str()?;
        (message["target"]["name"] == name).then(|| PathBuf::from(program))
    });
    programs.next().ok_or_else(|| failed("it does not say where the program is".to_owned()))
}
