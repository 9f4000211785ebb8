//! The machine: its cores, its limits, and what it is called in the pages.

use std::fs;
use std::io;
use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::{Deserialize, Serialize};

/// Where the figures were made.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub kernel: String,
    /// What is compared, with its versions.
    pub software: String,
}

/// Lets the calling thread, and what it starts, run on this core only.
pub fn pin(core: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

/// The cores that this process may use.
pub fn cores() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|&core| set.is_set(core)).collect())
}

/// Raises the number of descriptors that a process may have as far as it goes, and returns it.
pub fn raise_limit() -> io::Result<usize> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.and_then(|limit| limit.try_into().ok()).unwrap_or(usize::MAX))
}

/// The core for the servers: if there is one, it shares no execution units with that of the load.
pub fn other_core(cores: &[usize], load: usize) -> Option<usize> {
    let siblings = |core: usize| {
        let path = format!("/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list");
        fs::read_to_string(path).ok()
    };
    let others = || cores.iter().copied().filter(|&core| core != load);
    others().find(|&core| siblings(core) != siblings(load)).or_else(|| others().next())
}

/// What `program` prints; `None` if it is not there or cannot.
pub fn ask(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

impl Machine {
    /// This machine, with the versions of what is compared on it.
    pub fn this(cores: usize, python: &str) -> Machine {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let mut fields = info.lines().filter_map(|line| line.split_once(':'));
        let cpu = fields.find(|(key, _)| key.trim() == "model name");
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let software = [
            ask("rustc", &["--version"]),
            locked("tokio"),
            locked("smol"),
            ask(python, &["-c", "import sys; print('Python ' + sys.version.split()[0])"]),
            ask(python, &["-c", "import uvloop; print('uvloop ' + uvloop.__version__)"]),
        ];
        Machine {
            cpu: cpu.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned(),
            cores,
            kernel: format!("Linux {}", kernel.trim()),
            software: software.into_iter().flatten().collect::<Vec<_>>().join(", "),
        }
    }
}

/// Name and version of a crate that the bench is built with.
fn locked(name: &str) -> Option<String> {
    let lock = include_str!("../../../Cargo.lock");
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some(format!("{name} {}", rest.split('"').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_get_another_core_than_the_load_if_there_is_one() {
        assert_eq!(other_core(&[3], 3), None);
        assert_eq!(other_core(&[3, 5], 3), Some(5));
    }

    #[test]
    fn the_versions_of_what_is_compared_are_known() {
        assert!(locked("tokio").unwrap().starts_with("tokio 1."));
        assert!(locked("smol").unwrap().starts_with("smol 2."));
    }
}
