//! The comparison: who has to do what, taking turns, and what is done when it goes wrong.

use std::time::Duration;

use crate::args::Options;
use crate::load::Failure;
use crate::machine::{self, Machine};
use crate::measure::{self, AT_ONCE, BUSY, Setup};
use crate::peers::{self, Peer};
use crate::results::{Kind, Measure, Results, Run};

/// How many descriptors a process needs besides those of its clients.
const OTHER_DESCRIPTORS: usize = 64;

/// How many turns are enough where the spread is small and a turn is long.
const FEW_TURNS: usize = 5;

/// Up to which share of the time others may have the cores without a word about it.
const QUIET: f64 = 0.03;

pub fn compare(options: &Options) -> Result<Results, String> {
    let cores = machine::cores().map_err(|error| format!("cannot ask for the cores: {error}"))?;
    let descriptors = machine::raise_descriptor_limit()
        .map_err(|error| format!("cannot raise the limit of descriptors: {error}"))?;
    let (peers, left_out) = peers::find(options)?;
    let machine = Machine::this(cores.len(), &options.python);
    let load_core = cores.first().copied().unwrap_or(0);
    let server_core = machine::other_core(&cores, load_core);
    // From here on, so that everything else could use all cores.
    machine::pin(load_core).map_err(|error| format!("cannot stay on core {load_core}: {error}"))?;
    let setup = Setup {
        server_core: server_core.unwrap_or(load_core),
        own_core: server_core.is_some(),
        time: Duration::from_secs_f64(options.seconds),
        bytes: options.bytes,
    };
    let mut notes = Vec::new();
    if server_core.is_none() {
        let alone = "There is only one core: the servers and the load share it. Do not compare \
                     these numbers with those of two cores.";
        notes.push(alone.to_owned());
    }
    let mut runs = Vec::new();
    for mut measure in measures(options) {
        let most = descriptors.saturating_sub(OTHER_DESCRIPTORS + BUSY).max(1);
        if measure.clients > most {
            let Measure { kind, clients } = measure;
            notes.push(format!(
                "{kind}: {most} connections instead of {clients}: a process may not have more \
                 descriptors here (ulimit -Hn)."
            ));
            measure.clients = most;
        }
        if !runs.iter().any(|run: &Run| run.measure == measure) {
            eprintln!("{measure}");
            runs.extend(take_turns(measure, &peers, options, &setup)?);
        }
    }
    let own = options.servers.iter().map(|(name, _)| name);
    let peers = options.peers.iter().chain(own).cloned().collect();
    let (seconds, turns) = (options.seconds, options.turns);
    let mut results = Results { machine, seconds, turns, peers, left_out, notes, runs };
    let disturbed = results.disturbed();
    if disturbed > QUIET {
        let share = (disturbed * 100.0).round();
        results.notes.push(format!(
            "The machine was not quiet: {share} % of the time other processes had the two cores."
        ));
    }
    Ok(results)
}

/// What is to be measured.
pub fn measures(options: &Options) -> Vec<Measure> {
    let counts = |kind: Kind| match kind {
        Kind::Busy => options.connections.clone(),
        Kind::Pause => vec![options.paused],
        Kind::Idle => vec![options.idle],
        Kind::Arrivals => vec![AT_ONCE],
        Kind::Storm => vec![options.storm],
    };
    let all = |&kind: &Kind| counts(kind).into_iter().map(move |clients| Measure { kind, clients });
    options.measures.iter().flat_map(all).collect()
}

/// A B C A B C: so that what disturbs the machine for a while disturbs all of them.
fn take_turns(
    measure: Measure,
    peers: &[Peer],
    options: &Options,
    setup: &Setup,
) -> Result<Vec<Run>, String> {
    let new_run = |peer: &Peer| {
        let most = peer.most.filter(|&most| measure.clients > most);
        let missing = most.map(|_| "Python's select ends at descriptor 1024".to_owned());
        Run { peer: peer.name.clone(), measure, turns: Vec::new(), missing, failed: false }
    };
    let mut runs: Vec<Run> = peers.iter().map(new_run).collect();
    let turns = match measure.kind {
        Kind::Busy | Kind::Arrivals => options.turns,
        Kind::Pause | Kind::Idle | Kind::Storm => options.turns.min(FEW_TURNS),
    };
    for _ in 0..turns {
        for (peer, run) in peers.iter().zip(&mut runs).filter(|(_, run)| run.missing.is_none()) {
            match measure::run(measure, peer, setup) {
                Ok(mut values) => {
                    // More digits only make the results longer to read and to keep.
                    let six_digits = |value: f64| format!("{value:.5e}").parse().unwrap_or(value);
                    values.values_mut().for_each(|value| *value = six_digits(*value));
                    run.turns.push(values);
                }
                Err(failure @ (Failure::Wrong(_) | Failure::Load(_))) => {
                    return Err(format!("{} at {measure}: {failure}", peer.name));
                }
                Err(Failure::Late(why)) => run.missing = Some(why),
                Err(Failure::Server(why)) => (run.missing, run.failed) = (Some(why), true),
            }
        }
    }
    Ok(runs)
}
