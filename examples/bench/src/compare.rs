//! The comparison: who has to do what, taking turns, and what is done when it goes wrong.

use anyhow::{Context, Result, bail};

use crate::Options;
use crate::load::{Late, Wrong};
use crate::machine::{self, Machine};
use crate::measure::{self, BUSY, Setup};
use crate::peers::{self, Peer};
use crate::results::{Kind, Measure, Results, Run};

/// How many descriptors a process needs besides those of its clients.
const OTHER_DESCRIPTORS: usize = 64;

/// How many turns are enough where the spread is small and a turn is long.
const FEW_TURNS: usize = 5;

/// Up to which percentage of the time others may have the cores without a word about it.
const QUIET: u32 = 3;

pub fn compare(options: &Options) -> Result<Results> {
    let cores = machine::cores().context("cannot ask for the cores")?;
    let descriptors =
        machine::raise_descriptor_limit().context("cannot raise the limit of descriptors")?;
    let (peers, mut notes) = peers::find(options)?;
    let machine = Machine::this(cores.len(), &options.python);
    let load_core = cores.first().copied().unwrap_or(0);
    let server_core = machine::other_core(&cores, load_core);
    // From here on, so that everything else could use all cores.
    machine::pin(load_core).with_context(|| format!("cannot stay on core {load_core}"))?;
    let setup = Setup {
        server_core: server_core.unwrap_or(load_core),
        own_core: server_core.is_some(),
        options,
    };
    if server_core.is_none() {
        let alone = "There is only one core: the servers and the load share it. Do not compare \
                     these numbers with those of two cores.";
        notes.push(alone.to_owned());
    }
    let most = descriptors.saturating_sub(OTHER_DESCRIPTORS + BUSY).max(1);
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
            runs.extend(take_turns(measure, &peers, &setup)?);
        }
    }
    let shares = runs.iter().flat_map(|run| &run.turns).filter_map(|turn| turn.get("disturbed"));
    let shares: Vec<f64> = shares.copied().collect();
    let disturbed =
        (100.0 * shares.iter().sum::<f64>() / shares.len().max(1) as f64).round() as u32;
    if disturbed > QUIET {
        notes.push(format!(
            "The machine was not quiet: {disturbed} % of the time other processes had the two cores."
        ));
    }
    let (seconds, turns) = (options.seconds, options.turns.get());
    Ok(Results { machine, seconds, turns, disturbed, notes, runs })
}

/// A B C A B C: so that what disturbs the machine for a while disturbs all of them.
fn take_turns(measure: Measure, peers: &[Peer], setup: &Setup) -> Result<Vec<Run>> {
    let new_run = |peer: &Peer| {
        let most = peer.most.filter(|&most| measure.clients > most);
        let missing = most.map(|_| "Python's select ends at descriptor 1024".to_owned());
        Run { peer: peer.name.clone(), measure, turns: Vec::new(), missing, failed: false }
    };
    let mut runs: Vec<Run> = peers.iter().map(new_run).collect();
    let is_short = matches!(measure.kind, Kind::Busy | Kind::Arrivals);
    let most = if is_short { usize::MAX } else { FEW_TURNS };
    for _ in 0..setup.options.turns.get().min(most) {
        for (peer, run) in peers.iter().zip(&mut runs).filter(|(_, run)| run.missing.is_none()) {
            match measure::run(measure, peer, setup) {
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
