//! The machine: its cores, its limits, and what it is called in the tables.

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::epoll::check;
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
    // SAFETY: a set of bits, for which all zero is a value: the empty set.
    let mut set: libc::cpu_set_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: `core` comes from `cores`, so it is less than CPU_SETSIZE.
    unsafe { libc::CPU_SET(core, &mut set) };
    // SAFETY: pointer and size are those of `set`.
    check(unsafe { libc::sched_setaffinity(0, size_of_val(&set), &raw const set) })?;
    Ok(())
}

/// The cores that this process may use.
pub fn cores() -> io::Result<Vec<usize>> {
    // SAFETY: as in `pin`.
    let mut set: libc::cpu_set_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: pointer and size are those of `set`.
    check(unsafe { libc::sched_getaffinity(0, size_of_val(&set), &raw mut set) })?;
    let all = 0..libc::CPU_SETSIZE as usize;
    // SAFETY: the index is less than CPU_SETSIZE.
    Ok(all.filter(|&core| unsafe { libc::CPU_ISSET(core, &set) }).collect())
}

/// Raises the number of descriptors that this process and its children may have as far as it
/// goes, and returns it.
pub fn raise_descriptor_limit() -> io::Result<usize> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` lives through the call.
    check(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) })?;
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` lives through the call, which only reads it.
    check(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) })?;
    Ok(usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX))
}

/// The time that a clock of the kernel shows.
pub fn clock(clock: libc::clockid_t) -> io::Result<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is ours and lives through the call.
    check(unsafe { libc::clock_gettime(clock, &raw mut time) })?;
    Ok(Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
}

/// The CPU time of the calling thread.
pub fn thread_cpu() -> Duration {
    clock(libc::CLOCK_THREAD_CPUTIME_ID).unwrap_or_default()
}

/// The core for the servers, if the load has `load`: one that shares no execution units with it,
/// as far as there is one.
pub fn other_core(cores: &[usize], load: usize) -> Option<usize> {
    let siblings = siblings(load);
    let others = || cores.iter().copied().filter(|&core| core != load);
    others().find(|core| !siblings.contains(core)).or_else(|| others().next())
}

/// The logical cores on the same physical one as `core`.
fn siblings(core: usize) -> Vec<usize> {
    let path = format!("/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list");
    ranges(fs::read_to_string(path).unwrap_or_default().trim())
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
        let version = "import sys; print('Python ' + sys.version.split()[0])";
        let uvloop = "import uvloop; print('uvloop ' + uvloop.__version__)";
        let mut software = vec![rustc.unwrap_or_default()];
        software.extend(["tokio", "smol"].map(locked));
        software.extend(
            [version, uvloop].map(|program| ask(Path::new(python), program).unwrap_or_default()),
        );
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
    fn lists_of_cores_are_understood() {
        assert_eq!(ranges("0"), [0]);
        assert_eq!(ranges("0,4-6"), [0, 4, 5, 6]);
        assert!(ranges("").is_empty());
    }

    #[test]
    fn the_servers_get_another_core_than_the_load_if_there_is_one() {
        assert_eq!(other_core(&[3], 3), None);
        assert!(other_core(&[3, 5], 3) == Some(5));
    }

    #[test]
    fn the_versions_of_what_is_compared_are_known() {
        assert!(locked("tokio").starts_with("tokio 1."), "{}", locked("tokio"));
        assert_eq!(locked("no such crate"), "");
    }
}
