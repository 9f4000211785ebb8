//! System calls, counted from outside by `strace`, where it is installed.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::server::Process;

/// How long `strace` may take to begin.
const START: Duration = Duration::from_secs(5);

pub struct Counter {
    strace: Process,
}

/// Whether `strace` is there at all.
pub fn can_count() -> bool {
    let mut command = Command::new("strace");
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Counter {
    /// Counts what all threads of this process call from now on.
    pub fn start(process: u32) -> Result<Counter, Failure> {
        let mut command = Command::new("strace");
        command.args(["-c", "-f", "-q", "-p", &process.to_string()]);
        // The table comes on stderr.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let strace = Process::start(&mut command, None);
        let strace = strace.map_err(|error| Failure::NoStrace(error.to_string()));
        let mut counter = Counter { strace: strace? };
        let end = Instant::now() + START;
        while !is_traced(process) {
            if Instant::now() > end || matches!(counter.strace.try_wait(), Ok(Some(_))) {
                counter.strace.interrupt();
                let why = counter.strace.output().unwrap_or_default();
                let why = why.lines().last().unwrap_or("it does not say why");
                return Err(Failure::NoStrace(why.to_owned()));
            }
            sleep(Duration::from_millis(1));
        }
        Ok(counter)
    }

    /// How often each system call was made since [`Counter::start`].
    pub fn stop(mut self) -> Result<Vec<(String, u64)>, Failure> {
        self.strace.interrupt();
        let table = self.strace.output().and_then(|table| self.strace.wait().map(|_| table));
        let table = table.map_err(|error| Failure::NoStrace(error.to_string()))?;
        Ok(parse(&table))
    }
}

/// The table of `strace -c`: per cent, seconds, microseconds a call, calls, errors if there were
/// any, and the name. A line without numbers is a ruler or a heading; the last is the total.
fn parse(table: &str) -> Vec<(String, u64)> {
    let calls = table.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, count) = (words.last()?, words.get(3)?.parse().ok()?);
        (*name != "total").then(|| ((*name).to_owned(), count))
    });
    calls.collect()
}

/// Whether all its threads are: `strace` takes one after the other.
fn is_traced(process: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
    threads.flatten().all(|thread| {
        let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
        // One that has ended since makes no more calls.
        tracer.is_none_or(|tracer| tracer.trim() != "0")
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread::scope;

    use super::{Counter, can_count, parse};

    #[test]
    fn the_calls_of_all_threads_are_counted() {
        const THREADS: u64 = 100;
        if !can_count() {
            return; // nothing to count with
        }
        let (start, end) = (Barrier::new(THREADS as usize + 1), Barrier::new(THREADS as usize + 1));
        let counted = scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    // SAFETY: this call has no arguments, and cannot fail.
                    (0..10).for_each(|_| _ = unsafe { libc::getppid() });
                    end.wait();
                });
            }
            let counter = Counter::start(std::process::id());
            start.wait();
            end.wait();
            counter.ok().map(|counter| counter.stop().expect("a table"))
        });
        let Some(calls) = counted else { return }; // it is not allowed to trace here
        let count = calls.iter().find(|(name, _)| name == "getppid").map(|(_, count)| *count);
        assert_eq!(count, Some(10 * THREADS));
    }

    #[test]
    fn the_table_of_strace_is_understood() {
        let table = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 57.20    0.045021           4     10001           sendto
 42.80    0.033690           3     10050        50 recvfrom
------ ----------- ----------- --------- --------- ----------------
100.00    0.078711           3     20051        50 total
";
        assert_eq!(parse(table), [("sendto".to_owned(), 10001), ("recvfrom".to_owned(), 10050)]);
        assert_eq!(parse("strace: Process 1 detached\n"), []);
    }
}
