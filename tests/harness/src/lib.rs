//! What the tests of all packages share: processes with a deadline, and what cargo has built. The
//! tests of the library have the first as a module, since they must not need another package.
#![cfg(unix)]

#[path = "../../common/process.rs"]
mod process;

pub use process::{DEADLINE, Lines, Process};

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// Something that cargo has built, or has found to be built already.
#[derive(Debug)]
pub struct Artifact {
    /// The name of the library, example or program.
    pub name: String,
    pub files: Vec<PathBuf>,
    pub executable: Option<PathBuf>,
}

/// The root of the repository. Asked of cargo first: a program that was built in another copy
/// remembers that one.
pub fn root() -> PathBuf {
    let here = env::var("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).join("../..").canonicalize().expect("the repository")
}

/// Runs `cargo build` with these arguments in a folder, and returns what it names.
///
/// # Errors
///
/// What cargo said, if it cannot be started or fails.
pub fn build(folder: &Path, args: &[&str]) -> Result<Vec<Artifact>, String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["build", "--quiet", "--message-format", "json-render-diagnostics"])
        .args(args)
        .current_dir(folder)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo build {args:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let messages = messages.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    let path = |value: &Value| value.as_str().map(PathBuf::from);
    let artifacts = messages.iter().filter(|message| message["reason"] == "compiler-artifact");
    Ok(artifacts
        .map(|artifact| Artifact {
            name: artifact["target"]["name"].as_str().unwrap_or_default().to_string(),
            files: artifact["filenames"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(path)
                .collect(),
            executable: path(&artifact["executable"]),
        })
        .collect())
}

/// The executable of an example of the library, built at the first call in this process.
///
/// # Errors
///
/// As for [`build`].
pub fn example(name: &str) -> Result<PathBuf, String> {
    executable(&["-p", "genlab", "--example", name])
}

/// The program of another package, built likewise.
///
/// # Errors
///
/// As for [`build`].
pub fn program(package: &str) -> Result<PathBuf, String> {
    executable(&["-p", package])
}

fn executable(args: &[&str]) -> Result<PathBuf, String> {
    static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let key = args.join(" ");
    if let Some(path) = built.get(&key) {
        return Ok(path.clone());
    }
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let artifacts = build(&root(), &[args, &["--profile", profile]].concat())?;
    let path = artifacts.into_iter().find_map(|artifact| artifact.executable);
    let path = path.ok_or_else(|| format!("cargo names no executable of {key}"))?;
    built.insert(key, path.clone());
    Ok(path)
}

/// The command, with SIGINT as a terminal has it: a shell ignores it for what runs in the background,
/// and what is ignored is inherited. Only on Linux.
pub fn interruptible(command: Command) -> Command {
    if !cfg!(target_os = "linux") {
        return command;
    }
    wrapped(&["env", "--default-signal=INT"], &command)
}

/// The command, started by another one: `ARGS… PROGRAM…`. Its streams are not taken over.
pub fn wrapped(args: &[&str], command: &Command) -> Command {
    let mut outer = Command::new(args[0]);
    outer.args(&args[1..]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    outer
}
