//! The measures: what is done with one server in one turn, and what comes out of it.

use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

use crate::Options;
use crate::load::{Counts, Load};
use crate::peers::Peer;
use crate::results::{Kind, Measure, Values};
use crate::server::Server;

/// How many clients are busy beside the silent ones.
pub const BUSY: usize = 100;

/// The most connections that a turn of arrivals may take: the ports of closed ones stay taken for
/// a minute, and there are some 28000.
const MOST_ARRIVALS: u64 = 16_000;

/// How long a storm may last.
const STORM: Duration = Duration::from_secs(10);

/// How many messages a turn with pauses has, and how long each pause is: so long that every server
/// sleeps before the next message comes.
const PAUSED: usize = 10;
const PAUSE: Duration = Duration::from_millis(105);

pub struct Setup<'a> {
    pub options: &'a Options,
    pub server_core: usize,
    /// Whether the load has another for itself.
    pub own_core: bool,
}

struct Turn<'a> {
    server: &'a Server,
    load: Load,
    wave: usize,
    own_core: bool,
    /// How long a server is busy before the clocks run, and how long they run then.
    warm_up: Duration,
    time: Duration,
}

/// One turn of `measure` with a new process of `peer`.
pub fn run(measure: Measure, peer: &Peer, setup: &Setup) -> Result<Values> {
    let server = &Server::start(&mut peer.command(), peer.at, setup.server_core)?;
    let (wave, own_core) = (peer.wave, setup.own_core);
    let load = Load::new(server.address, setup.options.bytes.into(), own_core)?;
    let time = Duration::from_secs_f64(setup.options.seconds);
    let warm_up = (time / 4).max(Duration::from_millis(100));
    let mut turn = Turn { server, load, wave, own_core, warm_up, time };
    turn.run(measure).map_err(|error| server.last_words(error))
}

impl Turn<'_> {
    fn run(&mut self, measure: Measure) -> Result<Values> {
        let (clients, time) = (measure.clients, self.time);
        let all = match measure.kind {
            Kind::Busy => {
                self.connect(clients)?;
                self.exchange(clients)?
            }
            // One client says something now and then, beside silent ones.
            Kind::Pause => {
                self.connect(clients + 1)?;
                self.load.pauses(2, PAUSE)?;
                // The load slept, so that it cannot tell who else had its core.
                let all = self.timed(|load| load.pauses(PAUSED, PAUSE))?;
                values([("cpu_us", all["cpu_us"])])
            }
            Kind::Idle => self.idle(clients)?,
            Kind::Arrivals => {
                self.load.arrivals(clients, MOST_ARRIVALS / 4, self.warm_up)?;
                let all = self.timed(|load| load.arrivals(clients, MOST_ARRIVALS, time))?;
                values([
                    ("connections_per_s", all["messages_per_s"]),
                    ("cpu_us", all["cpu_us"]),
                    ("disturbed", all["disturbed"]),
                ])
            }
            Kind::Storm => {
                let last = self.load.storm(clients, STORM)?;
                values([("last_s", last.as_secs_f64())])
            }
        };
        self.load.rest()?;
        Ok(all)
    }

    /// The same clients before and after the silent ones came, so that the two can be compared
    /// within one process.
    fn idle(&mut self, clients: usize) -> Result<Values> {
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
        Ok(values([
            ("alone_per_s", alone),
            ("among_per_s", among),
            ("among_to_alone", among / alone),
            ("disturbed", (first["disturbed"] + second["disturbed"]) / 2.0),
            ("silent_bytes", (silent - before) / clients as f64),
            ("heard_bytes", (heard - before) / clients as f64),
        ]))
    }

    fn connect(&mut self, clients: usize) -> Result<()> {
        self.load.connect(clients, self.wave, |accepted| self.server.wait_for_clients(accepted))
    }

    /// The closed loop: the first `clients` send, wait for the answer, and send again.
    fn exchange(&mut self, clients: usize) -> Result<Values> {
        self.load.busy(clients, self.warm_up)?;
        let time = self.time;
        let all = self.timed(|load| load.busy(clients, time))?;
        self.load.rest()?;
        Ok(all)
    }

    /// What the messages that are played by `play` cost, and where the time went.
    fn timed(&mut self, play: impl FnOnce(&mut Load) -> Result<()>) -> Result<Values> {
        self.load.counts = Counts::default();
        let (own_cpu, waited) = (thread_cpu(), self.server.waited()?);
        let (start, cpu) = (Instant::now(), self.server.cpu()?);
        play(&mut self.load)?;
        let time = start.elapsed();
        let cpu = self.server.cpu()? - cpu;
        // While it waited for its own core, it was not a thread of its own that had it.
        let waited = self.server.waited()?.saturating_sub(waited);
        let waited = waited.min(time.saturating_sub(cpu));
        // As the load never sleeps, all the time that it did not get is somebody else's.
        let taken = time.saturating_sub(thread_cpu().saturating_sub(own_cpu));
        // Sharing a core, the two only wait for each other.
        let disturbed = if self.own_core { waited.max(taken) } else { Duration::ZERO };
        let Counts { messages, spare, .. } = self.load.counts;
        let (seconds, messages) = (time.as_secs_f64(), messages as f64);
        Ok(values([
            ("cpu_us", cpu.as_secs_f64() / messages * 1e6),
            ("disturbed", disturbed.as_secs_f64() / seconds),
            ("load_spare", spare.as_secs_f64() / seconds),
            ("messages_per_s", messages / seconds),
        ]))
    }
}

/// The CPU time of the calling thread.
fn thread_cpu() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn values<const N: usize>(values: [(&str, f64); N]) -> Values {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
