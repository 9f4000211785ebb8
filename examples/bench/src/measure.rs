//! The comparison: what is done with each server in its turn, and what comes out of it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::time::{ClockId, clock_gettime};

use crate::Options;
use crate::load::{Counts, Late, Load, Wrong};
use crate::machine::{self, Machine};
use crate::results::{Kind, Measure, Results, Run, Values};
use crate::server::{Peer, Server, find};

/// How many clients are busy beside the silent ones.
const BUSY: usize = 100;

/// The ports of closed connections stay taken for a minute, and there are some 28000.
const MOST_ARRIVALS: u64 = 16_000;

/// How many messages have a pause behind them, which is so long that every server falls asleep.
const PAUSED: usize = 10;
const PAUSE: Duration = Duration::from_millis(105);

pub fn compare(options: &Options) -> Result<Results> {
    let cores = machine::cores().context("cannot ask for the cores")?;
    let descriptors = machine::raise_limit().context("cannot raise the limit of descriptors")?;
    let (peers, mut notes) = find(options)?;
    let machine = Machine::this(cores.len(), &options.python);
    let load_core = cores.first().copied().unwrap_or(0);
    let server_core = machine::other_core(&cores, load_core)
        .context("the load and the servers need a core each, and there is only one")?;
    // From here on, so that everything else could use all cores.
    machine::pin(load_core).with_context(|| format!("cannot stay on core {load_core}"))?;
    // Of the descriptors, some are for others than its clients.
    let most = descriptors.saturating_sub(BUSY + 64).max(1);
    let mut runs: Vec<Run> = Vec::new();
    for wanted in &options.measures {
        let measure = Measure { clients: wanted.clients.min(most), ..*wanted };
        if measure != *wanted {
            notes.push(format!(
                "{measure} instead of {wanted}: a process may not have more descriptors (ulimit -Hn)."
            ));
        }
        if !runs.iter().any(|run| run.measure == measure) {
            eprintln!("{measure}");
            runs.extend(take_turns(measure, &peers, server_core, options)?);
        }
    }
    let turns = runs.iter().flat_map(|run| &run.turns);
    let shares: Vec<f64> = turns.filter_map(|turn| turn.get("disturbed").copied()).collect();
    let disturbed = (100.0 * shares.iter().sum::<f64>() / shares.len() as f64).round() as u32;
    if disturbed > 3 {
        notes.push(format!(
            "The machine was not quiet: other processes had the cores {disturbed} % of the time."
        ));
    }
    let (seconds, turns) = (f64::from(options.time.get()) / 1e3, options.turns.get());
    Ok(Results { machine, seconds, turns, disturbed, notes, runs })
}

/// A B C A B C: so that what disturbs the machine for a while disturbs all of them.
fn take_turns(
    measure: Measure,
    peers: &[Peer],
    core: usize,
    options: &Options,
) -> Result<Vec<Run>> {
    let new_run = |peer: &Peer| {
        let most = peer.most.filter(|&most| measure.clients > most);
        let missing = most.map(|_| "Python's select ends at descriptor 1024".to_owned());
        Run { peer: peer.name.clone(), measure, turns: Vec::new(), missing, failed: false }
    };
    let mut runs: Vec<Run> = peers.iter().map(new_run).collect();
    // Where the spread is small and a turn is long, few are enough.
    let is_short = matches!(measure.kind, Kind::Busy | Kind::Arrivals);
    let most = if is_short { usize::MAX } else { 5 };
    for _ in 0..options.turns.get().min(most) {
        for (peer, run) in peers.iter().zip(&mut runs).filter(|(_, run)| run.missing.is_none()) {
            match take_turn(measure, peer, core, options) {
                Ok(mut values) => {
                    // More digits only make the results longer to read and to keep.
                    let six_digits = |value: f64| format!("{value:.5e}").parse().unwrap_or(value);
                    values.values_mut().for_each(|value| *value = six_digits(*value));
                    run.turns.push(values);
                }
                Err(error) if error.is::<Wrong>() => bail!("{} at {measure}: {error}", peer.name),
                Err(error) => {
                    run.failed = !error.is::<Late>();
                    run.missing = Some(format!("{error:#}"));
                }
            }
        }
    }
    Ok(runs)
}

struct Turn<'a> {
    server: &'a Server,
    load: Load,
    wave: usize,
    /// How long a server is busy before the clocks run, and how long they run then.
    warm_up: Duration,
    time: Duration,
}

/// One turn of `measure` with a new process of `peer`.
fn take_turn(measure: Measure, peer: &Peer, core: usize, options: &Options) -> Result<Values> {
    let server = &Server::start(peer, core)?;
    let load = Load::new(server.address, options.bytes.into())?;
    let time = Duration::from_millis(options.time.get().into());
    let warm_up = (time / 4).max(Duration::from_millis(100));
    let mut turn = Turn { server, load, wave: peer.wave, warm_up, time };
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
                let last = self.load.storm(clients, Duration::from_secs(10))?;
                values([("last_s", last.as_secs_f64())])
            }
        };
        self.load.rest()?;
        Ok(all)
    }

    /// Within one process, the same clients before and after the silent ones came.
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
        let own_cpu = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime));
        self.load.counts = Counts::default();
        let (own_before, waited) = (own_cpu()?, self.server.waited()?);
        let (start, cpu) = (Instant::now(), self.server.cpu()?);
        play(&mut self.load)?;
        let time = start.elapsed();
        let cpu = self.server.cpu()? - cpu;
        // While it waited for its own core, it was not a thread of its own that had it.
        let waited = self.server.waited()?.saturating_sub(waited);
        let waited = waited.min(time.saturating_sub(cpu));
        // As the load never sleeps, all the time that it did not get is somebody else's.
        let disturbed = waited.max(time.saturating_sub(own_cpu()?.saturating_sub(own_before)));
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

fn values<const N: usize>(values: [(&str, f64); N]) -> Values {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
