//! The measures: what is done with one server in one turn, and what comes out of it.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::load::{Failure, Load};
use crate::peers::Peer;
use crate::results::{Kind, Measure, Values};
use crate::server::Server;

/// How many clients are busy beside the silent ones.
pub const BUSY: usize = 100;

/// How many clients are on their way at the same time while they arrive and leave.
pub const AT_ONCE: usize = 10;

/// The most connections that a turn of arrivals may take: the ports of closed ones stay taken for
/// a minute, and there are some 28000.
const MOST_ARRIVALS: u64 = 16_000;

/// How long a storm may last.
const STORM: Duration = Duration::from_secs(10);

/// How many messages a turn with pauses has, and how long each pause is: so long that every server
/// sleeps before the next message comes.
const PAUSED: usize = 10;
const PAUSE: Duration = Duration::from_millis(105);

pub struct Setup {
    /// The server's core.
    pub server_core: usize,
    /// Whether the load has another for itself.
    pub own_core: bool,
    /// How long the clocks run in one turn.
    pub time: Duration,
    /// How many bytes a message has.
    pub bytes: usize,
}

impl Setup {
    /// How long a server is busy before the clocks run.
    fn warm_up(&self) -> Duration {
        (self.time / 4).max(Duration::from_millis(100))
    }
}

/// One turn of `measure` with a new process of `peer`.
pub fn run(measure: Measure, peer: &Peer, setup: &Setup) -> Result<Values, Failure> {
    let server = Server::start(&mut peer.command(), peer.at, setup.server_core)?;
    let load = Load::new(server.address, setup.bytes, setup.own_core)?;
    let mut turn = Turn { server: &server, load, wave: peer.wave, setup };
    let values = match measure.kind {
        Kind::Busy => turn.busy(measure.clients),
        Kind::Pause => turn.pause(measure.clients),
        Kind::Idle => turn.idle(measure.clients),
        Kind::Arrivals => turn.arrivals(measure.clients),
        Kind::Storm => turn.storm(measure.clients),
    };
    // What the server said last tells more than that a connection broke.
    values.map_err(|failure| match failure {
        Failure::Server(what) => Failure::Server(what + &server.last_words()),
        failure => failure,
    })
}

struct Turn<'a> {
    server: &'a Server,
    load: Load,
    wave: usize,
    setup: &'a Setup,
}

impl Turn<'_> {
    fn busy(&mut self, clients: usize) -> Result<Values, Failure> {
        self.connect(clients)?;
        self.exchange(clients)
    }

    /// One client says something now and then, beside `clients` silent ones.
    fn pause(&mut self, clients: usize) -> Result<Values, Failure> {
        self.connect(clients + 1)?;
        self.load.pauses(2, PAUSE)?;
        let clock = self.clock()?;
        self.load.pauses(PAUSED, PAUSE)?;
        let (_, mut all) = self.stop(clock, PAUSED as f64)?;
        // The load slept, so that it cannot tell who else had its core.
        all.retain(|name, _| name == "cpu_us");
        self.load.rest()?;
        Ok(all)
    }

    /// The same clients before and after the silent ones came, so that the two can be compared
    /// within one process.
    fn idle(&mut self, clients: usize) -> Result<Values, Failure> {
        self.connect(BUSY)?;
        let first = self.exchange(BUSY)?;
        let before = self.server.rss()?;
        self.connect(clients)?;
        let silent = self.server.rss()?;
        let second = self.exchange(BUSY)?;
        // A server may need more for a client once it has heard something.
        self.load.once_each()?;
        let heard = self.server.rss()?;
        let [alone, among] = [&first, &second].map(|values| values["messages_per_s"]);
        let each = |rss: u64| (rss as f64 - before as f64) / clients as f64;
        Ok(values([
            ("alone_per_s", alone),
            ("among_per_s", among),
            ("among_to_alone", among / alone),
            ("disturbed", (first["disturbed"] + second["disturbed"]) / 2.0),
            ("silent_bytes", each(silent)),
            ("heard_bytes", each(heard)),
        ]))
    }

    fn arrivals(&mut self, at_once: usize) -> Result<Values, Failure> {
        self.load.arrivals(at_once, MOST_ARRIVALS / 4, self.setup.warm_up())?;
        let clock = self.clock()?;
        self.load.arrivals(at_once, MOST_ARRIVALS, self.setup.time)?;
        let connections = self.load.counts.connections as f64;
        let (seconds, mut all) = self.stop(clock, connections)?;
        all.insert("connections_per_s".to_owned(), connections / seconds);
        Ok(all)
    }

    fn storm(&mut self, clients: usize) -> Result<Values, Failure> {
        let last = self.load.storm(clients, STORM)?;
        self.load.rest()?;
        Ok(values([("last_s", last.as_secs_f64())]))
    }

    fn connect(&mut self, clients: usize) -> Result<(), Failure> {
        self.load.connect(clients, self.wave, |accepted| self.server.wait_for_clients(accepted))
    }

    /// The closed loop: the first `clients` send, wait for the answer, and send again.
    fn exchange(&mut self, clients: usize) -> Result<Values, Failure> {
        self.load.busy(clients, self.setup.warm_up())?;
        let clock = self.clock()?;
        self.load.busy(clients, self.setup.time)?;
        let messages = self.load.counts.messages as f64;
        let (seconds, mut all) = self.stop(clock, messages)?;
        let latencies = &mut self.load.counts.latencies;
        latencies.sort_unstable();
        for (name, percent) in [("p50_us", 50), ("p99_us", 99)] {
            let latency = latencies.get(latencies.len() * percent / 100).copied().unwrap_or(0);
            all.insert(name.to_owned(), f64::from(latency) / 1e3);
        }
        all.insert("messages_per_s".to_owned(), messages / seconds);
        self.load.rest()?;
        Ok(all)
    }

    fn clock(&mut self) -> Result<Clock, Failure> {
        self.load.reset();
        let (own_cpu, waited) = (thread_cpu(), self.server.waited()?);
        Ok(Clock { start: Instant::now(), cpu: self.server.cpu()?, own_cpu, waited })
    }

    /// The seconds since `clock`, and where the time went.
    fn stop(&self, clock: Clock, served: f64) -> Result<(f64, Values), Failure> {
        let time = clock.start.elapsed();
        let cpu = self.server.cpu()? - clock.cpu;
        // While it waited for its own core, it was not a thread of its own that had it.
        let waited = self.server.waited()?.saturating_sub(clock.waited);
        let waited = waited.min(time.saturating_sub(cpu));
        // As the load never sleeps, all the time that it did not get is somebody else's.
        let taken = time.saturating_sub(thread_cpu().saturating_sub(clock.own_cpu));
        // Sharing a core, the two only wait for each other.
        let disturbed = if self.setup.own_core { waited.max(taken) } else { Duration::ZERO };
        let seconds = time.as_secs_f64();
        let shares = values([
            ("cpu_us", cpu.as_secs_f64() / served * 1e6),
            ("disturbed", disturbed.as_secs_f64() / seconds),
            ("load_spare", self.load.counts.spare.as_secs_f64() / seconds),
        ]);
        Ok((seconds, shares))
    }
}

struct Clock {
    start: Instant,
    cpu: Duration,
    own_cpu: Duration,
    waited: Duration,
}

/// The CPU time of the calling thread.
fn thread_cpu() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn values<const N: usize>(values: [(&str, f64); N]) -> Values {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
