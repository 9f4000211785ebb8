//! The machine: its cores, its limits, and what it is called in the tables.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::{Deserialize, Serialize};

use crate::peers::ask;

/// What the tables say about where they were made.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub kernel: String,
    /// Names with their versions.
    pub software: Vec<String>,
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

/// Raises the number of descriptors that this process and its children may have as far as it
/// goes, and returns it.
pub fn raise_descriptor_limit() -> io::Result<usize> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.and_then(|limit| limit.try_into().ok()).unwrap_or(usize::MAX))
}

/// The core for the servers, if the load has `load`: one that shares no execution units with it,
/// as far as there is one.
pub fn other_core(cores: &[usize], load: usize) -> Option<usize> {
    let path = format!("/sys/devices/system/cpu/cpu{load}/topology/thread_siblings_list");
    let siblings = ranges(fs::read_to_string(path).unwrap_or_default().trim());
    let others = || cores.iter().copied().filter(|&core| core != load);
    others().find(|core| !siblings.contains(core)).or_else(|| others().next())
}

/// The numbers in a list such as `0,4-6`.
fn ranges(text: &str) -> Vec<usize> {
    let range = |part: &str| -> Option<std::ops::RangeInclusive<usize>> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    text.split(',').filter_map(range).flatten().collect()
}

impl Machine {
    /// This machine, with the versions of what is compared on it.
    pub fn this(cores: usize, python: &str) -> Machine {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let mut fields = info.lines().filter_map(|line| line.split_once(':'));
        let cpu = fields.find(|(key, _)| key.trim() == "model name");
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let rustc = Command::new("rustc").arg("--version").stdin(Stdio::null()).output();
        let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let python = |program| ask(Path::new(python), program).unwrap_or_default();
        let mut software = vec![
            rustc.unwrap_or_default(),
            locked("tokio"),
            locked("smol"),
            python("import sys; print('Python ' + sys.version.split()[0])"),
            python("import uvloop; print('uvloop ' + uvloop.__version__)"),
        ];
        software.retain(|name| !name.is_empty());
        Machine {
            cpu: cpu.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned(),
            cores,
            kernel: format!("Linux {}", kernel.trim()),
            software,
        }
    }
}

/// Name and version of a crate that the bench is built with.
fn locked(name: &str) -> String {
    let line = format!("name = \"{name}\"");
    let mut lines = include_str!("../../../Cargo.lock").lines();
    lines.find(|&found| found == line);
    let version = lines.next().and_then(|line| line.strip_prefix("version = "));
    version.map_or(String::new(), |version| format!("{name} {}", version.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_get_another_core_than_the_load_if_there_is_one() {
        assert_eq!(ranges("0,4-6"), [0, 4, 5, 6]);
        assert!(ranges("").is_empty());
        assert_eq!(other_core(&[3], 3), None);
        assert_eq!(other_core(&[3, 5], 3), Some(5));
    }

    #[test]
    fn the_versions_of_what_is_compared_are_known() {
        assert!(locked("tokio").starts_with("tokio 1."), "{}", locked("tokio"));
        assert_eq!(locked("no such crate"), "");
    }
}
