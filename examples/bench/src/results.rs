//! What was measured: every turn of every measure with every server, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::stats::median;

/// What the ratios refer to: what most would pick, and what nobody can undercut by much.
pub const TO: [&str; 2] = ["tokio", "epoll"];

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Busy,
    Large,
    Idle,
    Arrivals,
    Storm,
    Calls,
}

impl Kind {
    pub const ALL: [Kind; 6] =
        [Kind::Busy, Kind::Large, Kind::Idle, Kind::Arrivals, Kind::Storm, Kind::Calls];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Busy => "busy",
            Kind::Large => "large",
            Kind::Idle => "idle",
            Kind::Arrivals => "arrivals",
            Kind::Storm => "storm",
            Kind::Calls => "calls",
        }
    }

    /// The value that is compared first.
    pub fn main_value(self) -> &'static str {
        match self {
            Kind::Busy | Kind::Large => "messages_per_s",
            Kind::Idle => "among_per_s",
            Kind::Arrivals => "connections_per_s",
            Kind::Storm => "last_s",
            Kind::Calls => "per_message",
        }
    }
}

/// One measure: `clients` is how many are busy, at once under way, or silent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Measure {
    pub kind: Kind,
    pub clients: usize,
}

/// What one turn gave: a number for each name.
pub type Values = BTreeMap<String, f64>;

/// Why there is no number.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    NoPython,
    NoUvloop,
    NoLab,
    NoStrace(String),
    /// Python's `select` cannot watch so many.
    SelectEnds,
    /// So many were served in so many seconds, not all.
    Late {
        served: u64,
        of: usize,
        seconds: u64,
    },
    Failed(String),
}

/// What was not as it should have been.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The servers and the load had to share a core.
    OneCore,
    /// The process may not have enough descriptors for as many clients as were wanted.
    Fewer { wanted: usize, clients: usize },
    /// This share of the time other processes had the cores.
    Disturbed(f64),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    pub peer: String,
    #[serde(flatten)]
    pub measure: Measure,
    pub turns: Vec<Values>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Reason>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Results {
    pub machine: Machine,
    pub seconds: f64,
    pub turns: usize,
    pub peers: Vec<String>,
    pub left_out: Vec<(String, Reason)>,
    pub notes: Vec<Note>,
    pub runs: Vec<Run>,
}

/// The turns of one value in one line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Stat {
    pub median: f64,
    pub lowest: f64,
    pub highest: f64,
    pub turns: usize,
}

impl Results {
    pub fn run(&self, measure: Measure, peer: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.measure == measure && run.peer == peer)
    }

    /// The measures of this kind that were taken.
    pub fn measures(&self, kind: Kind) -> Vec<Measure> {
        let mut measures = Vec::new();
        for run in self.runs.iter().filter(|run| run.measure.kind == kind) {
            if !measures.contains(&run.measure) {
                measures.push(run.measure);
            }
        }
        measures
    }

    pub fn stat(&self, measure: Measure, peer: &str, value: &str) -> Option<Stat> {
        let turns = &self.run(measure, peer)?.turns;
        let values: Vec<f64> = turns.iter().filter_map(|turn| turn.get(value).copied()).collect();
        Some(Stat {
            median: median(&values)?,
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            turns: values.len(),
        })
    }

    /// The ratio of the medians: of `peer` to that of `to`.
    pub fn ratio(&self, measure: Measure, peer: &str, value: &str, to: &str) -> Option<f64> {
        let ratio = self.stat(measure, peer, value)?.median / self.stat(measure, to, value)?.median;
        ratio.is_finite().then_some(ratio)
    }

    /// Which share of the time other processes had the cores, over all turns.
    pub fn disturbed(&self) -> f64 {
        self.disturbed_in(|_| true)
    }

    /// The same for some of the runs.
    pub fn disturbed_in(&self, which: impl Fn(&Run) -> bool) -> f64 {
        let turns = self.runs.iter().filter(|run| which(run)).flat_map(|run| &run.turns);
        let shares: Vec<f64> = turns.filter_map(|turn| turn.get("disturbed").copied()).collect();
        shares.iter().sum::<f64>() / shares.len().max(1) as f64
    }

    /// The failures that nobody could expect.
    pub fn failures(&self) -> Vec<String> {
        let failed = |run: &Run| match &run.missing {
            Some(Reason::Failed(why)) => {
                let Measure { kind, clients } = run.measure;
                Some(format!("{} at {} {clients}: {why}", run.peer, kind.name()))
            }
            _ => None,
        };
        self.runs.iter().filter_map(failed).collect()
    }

    pub fn csv(&self) -> String {
        let mut csv = "measure,clients,peer,value,median,lowest,highest,turns".to_owned();
        csv.extend(TO.map(|to| format!(",to_{to}")));
        for run in &self.runs {
            let (measure, peer) = (run.measure, &run.peer);
            let values: BTreeSet<&String> = run.turns.iter().flat_map(BTreeMap::keys).collect();
            for value in values {
                let Some(stat) = self.stat(measure, peer, value) else { continue };
                let Stat { median, lowest, highest, turns } = stat;
                let (kind, clients) = (measure.kind.name(), measure.clients);
                csv += &format!("\n{kind},{clients},{peer},{value}");
                csv += &format!(",{median:.3},{lowest:.3},{highest:.3},{turns}");
                for to in TO {
                    let ratio = self.ratio(measure, peer, value, to);
                    csv += &ratio.map_or(",".to_owned(), |ratio| format!(",{ratio:.4}"));
                }
            }
        }
        csv
    }

    pub fn json(&self) -> String {
        // Of numbers, texts and lists of them: there is nothing that cannot be written.
        serde_json::to_string_pretty(self).expect("results can be written as JSON")
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Three turns of two servers, and one that could not.
    pub fn results() -> Results {
        let busy = Measure { kind: Kind::Busy, clients: 100 };
        let idle = Measure { kind: Kind::Idle, clients: 1000 };
        let run = |peer: &str, measure, value: &str, turns: &[f64]| Run {
            peer: peer.to_owned(),
            measure,
            turns: turns.iter().map(|&number| [(value.to_owned(), number)].into()).collect(),
            missing: None,
        };
        let mut runs = vec![
            run("genlab", busy, "messages_per_s", &[150.0, 300.0, 90.0]),
            run("tokio", busy, "messages_per_s", &[100.0, 400.0, 80.0]),
            run("lab", busy, "messages_per_s", &[]),
            run("genlab", idle, "silent_bytes", &[200.0]),
            run("tokio", idle, "silent_bytes", &[1800.0]),
        ];
        runs[2].missing = Some(Reason::SelectEnds);
        let machine = Machine {
            cpu: "A processor".to_owned(),
            cores: 2,
            kernel: "Linux".to_owned(),
            software: vec!["rustc".to_owned()],
        };
        Results {
            machine,
            seconds: 0.25,
            turns: 3,
            peers: ["genlab", "tokio", "uvloop", "lab"].map(str::to_owned).to_vec(),
            left_out: vec![("uvloop".to_owned(), Reason::NoUvloop)],
            notes: Vec::new(),
            runs,
        }
    }

    #[test]
    fn the_ratio_is_that_of_the_medians() {
        let results = results();
        let busy = results.measures(Kind::Busy)[0];
        assert_eq!(results.ratio(busy, "genlab", "messages_per_s", "tokio"), Some(1.5));
        assert_eq!(results.ratio(busy, "lab", "messages_per_s", "tokio"), None);
        assert_eq!(results.ratio(busy, "genlab", "messages_per_s", "epoll"), None);
        let stat = results.stat(busy, "genlab", "messages_per_s").unwrap();
        assert_eq!((stat.lowest, stat.median, stat.highest, stat.turns), (90.0, 150.0, 300.0, 3));
    }

    #[test]
    fn csv_has_a_line_for_each_value() {
        let csv = results().csv();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[1], "busy,100,genlab,messages_per_s,150.000,90.000,300.000,3,1.5000,");
    }

    #[test]
    fn json_can_be_read_again() {
        let results = results();
        let again: Results = serde_json::from_str(&results.json()).unwrap();
        assert_eq!(again.json(), results.json());
    }

    #[test]
    fn only_what_nobody_could_expect_is_a_failure() {
        let mut results = results();
        assert!(results.failures().is_empty());
        results.runs[0].missing = Some(Reason::Failed("it ended".to_owned()));
        assert_eq!(results.failures(), ["genlab at busy 100: it ended"]);
    }
}
