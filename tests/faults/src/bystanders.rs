//! Those who do nothing wrong.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::{Client, Result, process, wait_until};

const HOW_MANY: usize = 3;

/// The longest that a bystander may wait.
const A_SECOND: Duration = Duration::from_secs(1);

/// What the bystanders saw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// How many messages were answered, all of them rightly.
    pub echoes: u64,
    /// How long the one waited that waited longest.
    pub longest: Duration,
}

/// Clients that echo all along, check every byte, and take the time.
#[derive(Debug)]
pub struct Bystanders {
    stop: Arc<AtomicBool>,
    echoes: Arc<AtomicU64>,
    threads: Vec<JoinHandle<Result<Report>>>,
}

impl Bystanders {
    /// Connects them, and starts to echo. Knowing the server's process, they do not blame it for
    /// the time that this machine took away from it: under test, there is one load too many for
    /// two processors.
    pub fn start(address: SocketAddr, pid: Option<u32>) -> Result<Bystanders> {
        let stop = Arc::new(AtomicBool::new(false));
        let echoes = Arc::new(AtomicU64::new(0));
        let mut threads = Vec::new();
        for _ in 0..HOW_MANY {
            let mut client = Client::connect(address)?;
            client.echo(10)?;
            let (stop, echoes) = (stop.clone(), echoes.clone());
            threads.push(thread::spawn(move || {
                let mut report = Report::default();
                while !stop.load(Ordering::Relaxed) {
                    let before = held_up(pid);
                    let start = Instant::now();
                    client.echo(1 + (report.echoes * 37 % 1500) as usize)?;
                    let waited = start.elapsed().saturating_sub(held_up(pid) - before);
                    report.longest = report.longest.max(waited);
                    report.echoes += 1;
                    echoes.fetch_add(1, Ordering::Relaxed);
                    // A few hundred messages a second see everything, and leave the server idle.
                    thread::park_timeout(Duration::from_millis(5));
                }
                client.finish()?;
                Ok(report)
            }));
        }
        Ok(Bystanders { stop, echoes, threads })
    }

    /// How many messages were answered so far.
    pub fn echoes(&self) -> u64 {
        self.echoes.load(Ordering::Relaxed)
    }

    /// Waits until each has been served a few times more, or one has failed.
    pub fn go_on(&self) -> Result {
        let goal = self.echoes() + 10 * HOW_MANY as u64;
        wait_until("the bystanders are served on", || {
            self.echoes() >= goal || self.threads.iter().any(JoinHandle::is_finished)
        })
    }

    /// Stops them; an error if one was answered wrongly or not at all.
    pub fn report(mut self) -> Result<Report> {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Report::default();
        for thread in self.threads.drain(..) {
            let report = thread.join().map_err(|_| "a bystander panicked")?;
            let report = report.map_err(|error| format!("a bystander was harmed: {error}"))?;
            all.echoes += report.echoes;
            all.longest = all.longest.max(report.longest);
        }
        Ok(all)
    }

    /// Lets them go on for a while, stops them, and holds the promise: nobody waited a second.
    pub fn unharmed(self) -> Result<Report> {
        let went_on = self.go_on();
        let report = self.report()?;
        went_on?;
        if report.longest > A_SECOND {
            return Err(format!("a bystander waited {:.1} s", report.longest.as_secs_f64()));
        }
        Ok(report)
    }
}

impl Drop for Bystanders {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn held_up(pid: Option<u32>) -> Duration {
    pid.map(process::held_up).unwrap_or_default() + process::this_thread_held_up()
}
