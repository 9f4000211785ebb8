//! The comparison: who has to do what, taking turns, and what is done when it goes wrong.

use std::io::{IsTerminal, Write, stderr};
use std::process::exit;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::args::Options;
use crate::calls;
use crate::failure::Failure;
use crate::machine::{self, Machine};
use crate::measure::{self, AT_ONCE, BUSY, Setup};
use crate::peers::{self, Peer};
use crate::results::{Kind, Measure, Note, Reason, Results, Run};
use crate::server::end_all;

/// How many descriptors a process needs besides those of its clients.
const OTHER_DESCRIPTORS: usize = 64;

/// How many turns are enough where the spread is small and a turn is long.
const FEW_TURNS: usize = 5;

/// Up to which share of the time others may have the cores without a word about it.
const QUIET: f64 = 0.03;

pub fn compare(options: &Options) -> Result<Results, String> {
    end_all_at_ctrl_c()?;
    let cannot = |what: &str| {
        let what = what.to_owned();
        move |error| format!("cannot {what}: {error}")
    };
    let cores = machine::cores().map_err(cannot("ask for the cores"))?;
    let descriptors =
        machine::raise_descriptor_limit().map_err(cannot("ask for the limit of descriptors"))?;
    let mut notes = Vec::new();
    let measures = measures(options, descriptors, &mut notes);
    let (peers, left_out) = peers::find(&peers::Wanted {
        names: &options.peers,
        python: &options.python,
        lab: options.lab.as_deref(),
        servers: &options.servers,
    })?;
    let machine = Machine::this(cores.len(), &options.python);
    let load_core = cores.first().copied().unwrap_or(0);
    let server_core = machine::other_core(&cores, load_core);
    // From here on, so that everything else could use all cores.
    machine::pin(load_core).map_err(cannot(&format!("stay on core {load_core}")))?;
    if server_core.is_none() {
        notes.push(Note::OneCore);
    }
    let setup = Setup {
        server_core: server_core.unwrap_or(load_core),
        own_core: server_core.is_some(),
        time: Duration::from_secs_f64(options.seconds),
    };

    let mut names = options.peers.clone();
    names.extend(options.servers.iter().map(|(name, _)| name.clone()));
    let mut results = Results {
        machine,
        seconds: options.seconds,
        turns: options.turns,
        peers: names,
        left_out,
        notes,
        runs: Vec::new(),
    };
    let mut progress = Progress::new();
    for (done, &measure) in measures.iter().enumerate() {
        let part = format!("{} of {}", done + 1, measures.len());
        results.runs.extend(take_turns(measure, &peers, options, &setup, &mut progress, &part)?);
    }
    progress.end();
    let disturbed = results.disturbed();
    if disturbed > QUIET {
        results.notes.push(Note::Disturbed(disturbed));
    }
    Ok(results)
}

/// What is to be measured, as far as the limit of descriptors allows.
fn measures(options: &Options, descriptors: usize, notes: &mut Vec<Note>) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    for &kind in &options.measures {
        let (counts, others) = match kind {
            Kind::Busy => (options.connections.clone(), 0),
            Kind::Large | Kind::Calls => (vec![BUSY], 0),
            Kind::Idle => (vec![options.idle], BUSY),
            Kind::Arrivals => (vec![AT_ONCE], 0),
            Kind::Storm => (vec![options.storm], 0),
        };
        for wanted in counts {
            let most = descriptors.saturating_sub(OTHER_DESCRIPTORS + others).max(1);
            let clients = wanted.min(most);
            if clients < wanted {
                notes.push(Note::Fewer { wanted, clients });
            }
            let measure = Measure { kind, clients };
            if !measures.contains(&measure) {
                measures.push(measure);
            }
        }
    }
    measures
}

/// A B C A B C: so that what disturbs the machine for a while disturbs all of them.
fn take_turns(
    measure: Measure,
    peers: &[Peer],
    options: &Options,
    setup: &Setup,
    progress: &mut Progress,
    part: &str,
) -> Result<Vec<Run>, String> {
    let mut runs: Vec<Run> = peers.iter().map(|peer| new_run(measure, peer)).collect();
    let turns = match measure.kind {
        Kind::Idle | Kind::Storm => options.turns.min(FEW_TURNS),
        // Counting is exact: it needs no second opinion.
        Kind::Calls => 1,
        _ => options.turns,
    };
    let Measure { kind, clients } = measure;
    for turn in 1..=turns {
        for (peer, run) in peers.iter().zip(&mut runs) {
            if run.missing.is_some() {
                continue;
            }
            let name = kind.name();
            progress
                .show(&format!("{part}: {name} {clients}, turn {turn} of {turns}: {}", peer.name));
            match measure::run(measure, peer, setup) {
                Ok(mut values) => {
                    values.values_mut().for_each(|value| *value = six_digits(*value));
                    run.turns.push(values);
                }
                Err(failure @ (Failure::Wrong(_) | Failure::Load(_))) => {
                    progress.end();
                    return Err(format!("{} at {name} {clients}: {failure}", peer.name));
                }
                Err(Failure::Late { served, of, seconds }) => {
                    run.missing = Some(Reason::Late { served, of, seconds });
                }
                Err(Failure::NoStrace(why)) => run.missing = Some(Reason::NoStrace(why)),
                Err(Failure::Server(why)) => run.missing = Some(Reason::Failed(why)),
            }
        }
    }
    Ok(runs)
}

/// More digits than that only make the results longer to read and to keep.
fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// A run without turns yet; with the reason if it is clear that there will be none.
fn new_run(measure: Measure, peer: &Peer) -> Run {
    let missing = match measure.kind {
        Kind::Calls if !calls::can_count() => {
            Some(Reason::NoStrace("it is not installed".to_owned()))
        }
        _ if peer.most.is_some_and(|most| measure.clients > most) => Some(Reason::SelectEnds),
        _ => None,
    };
    Run { peer: peer.name.clone(), measure, turns: Vec::new(), missing }
}

/// Ends the servers before it ends the bench, on Ctrl-C and when it is told to end.
fn end_all_at_ctrl_c() -> Result<(), String> {
    let signals = Signals::new([SIGINT, SIGTERM, SIGHUP]);
    let mut signals = signals.map_err(|error| format!("cannot watch for Ctrl-C: {error}"))?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end_all();
            let _ = writeln!(stderr(), "\nbench: ended, and no server is left");
            // What a shell reports for a process that such a signal ended.
            exit(128 + signal);
        }
    });
    Ok(())
}

/// One line on stderr that tells what is going on: always the same one on a terminal.
struct Progress {
    terminal: bool,
    last: String,
}

impl Progress {
    fn new() -> Progress {
        Progress { terminal: stderr().is_terminal(), last: String::new() }
    }

    fn show(&mut self, line: &str) {
        if self.terminal {
            // Back to the start of the line, and clear it.
            let _ = write!(stderr(), "\r\x1b[K{line}");
            let _ = stderr().flush();
            return;
        }
        // In a file, a line for each measure is enough.
        let measure = line.split(", turn").next().unwrap_or(line);
        if measure != self.last {
            let _ = writeln!(stderr(), "{measure}");
            measure.clone_into(&mut self.last);
        }
    }

    fn end(&self) {
        if self.terminal {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
