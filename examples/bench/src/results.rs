//! What was measured: every turn of every measure with every server, and what follows from it.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use crate::machine::Machine;

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Busy,
    Pause,
    Idle,
    Arrivals,
    Storm,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Busy, Kind::Pause, Kind::Idle, Kind::Arrivals, Kind::Storm];
}

/// `busy` and so on, as on the command line.
impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&format!("{self:?}").to_lowercase())
    }
}

/// One measure: `clients` is how many are busy, silent, or on their way at once.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Measure {
    pub kind: Kind,
    pub clients: usize,
}

/// `busy-100`, as in the pages.
impl Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}-{}", self.kind, self.clients)
    }
}

/// What one turn gave: a number for each name.
pub type Values = BTreeMap<String, f64>;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    pub peer: String,
    #[serde(flatten)]
    pub measure: Measure,
    pub turns: Vec<Values>,
    /// Why there is no number, or no more of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Whether nobody could expect that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Results {
    pub machine: Machine,
    pub seconds: f64,
    pub turns: usize,
    pub peers: Vec<String>,
    /// Servers that this machine does not have, and why.
    pub left_out: Vec<(String, String)>,
    /// What was not as it should have been.
    pub notes: Vec<String>,
    pub runs: Vec<Run>,
}

/// The median of the turns of one value, the lowest and the highest.
pub type Stat = (f64, f64, f64);

impl Results {
    /// The turns of `value` in the measure of this name, as one.
    pub fn stat(&self, measure: &str, peer: &str, value: &str) -> Option<Stat> {
        let of = |run: &&Run| run.peer == peer && run.measure.to_string() == measure;
        let turns = &self.runs.iter().find(of)?.turns;
        let mut values: Vec<f64> =
            turns.iter().filter_map(|turn| turn.get(value)).copied().collect();
        values.sort_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        // The middle, or the mean of the two in the middle.
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Some(((low + high) / 2.0, first, last))
    }

    /// The ratio of the medians: of `peer` to that of `to`.
    pub fn ratio(&self, measure: &str, peer: &str, value: &str, to: &str) -> Option<f64> {
        let ratio = self.stat(measure, peer, value)?.0 / self.stat(measure, to, value)?.0;
        ratio.is_finite().then_some(ratio)
    }

    /// The measures that were taken.
    pub fn measures(&self) -> Vec<Measure> {
        let mut measures: Vec<Measure> = self.runs.iter().map(|run| run.measure).collect();
        measures.dedup();
        measures
    }

    /// Which share of the time other processes had the cores.
    pub fn disturbed(&self) -> f64 {
        let turns = self.runs.iter().flat_map(|run| &run.turns);
        let shares: Vec<f64> = turns.filter_map(|turn| turn.get("disturbed").copied()).collect();
        shares.iter().sum::<f64>() / shares.len().max(1) as f64
    }

    /// The failures that nobody could expect.
    pub fn failures(&self) -> Vec<String> {
        let failed = self.runs.iter().filter(|run| run.failed);
        let why = |run: &Run| run.missing.clone().unwrap_or_default();
        failed.map(|run| format!("{} at {}: {}", run.peer, run.measure, why(run))).collect()
    }

    pub fn json(&self) -> String {
        // Of numbers, texts and lists of them: there is nothing that cannot be written.
        serde_json::to_string_pretty(self).expect("results can be written as JSON")
    }

    /// What the terminal shows: a table for each measure, with the median of each value, and the
    /// lowest and the highest turn in parentheses.
    pub fn text(&self) -> String {
        let Machine { cpu, cores, kernel, software } = &self.machine;
        let mut text = format!("{cpu}, cores: {cores}, {kernel}, {}\n", software.join(", "));
        self.notes.iter().for_each(|note| text += &format!("{note}\n"));
        for measure in self.measures() {
            let runs: Vec<&Run> = self.runs.iter().filter(|run| run.measure == measure).collect();
            let first = runs.iter().find_map(|run| run.turns.first());
            let names: Vec<&String> = first.map_or(Vec::new(), |turn| turn.keys().collect());
            text += &format!("\n{:<10}", measure.to_string());
            names.iter().for_each(|name| text += &format!(" {name:>26}"));
            for run in runs {
                text += &format!("\n{:<10}", run.peer);
                for name in &names {
                    let stat = self.stat(&measure.to_string(), &run.peer, name);
                    let cell = stat.map_or("-".to_owned(), |(median, lowest, highest)| {
                        let [median, lowest, highest] = [median, lowest, highest].map(three_digits);
                        format!("{median} ({lowest} to {highest})")
                    });
                    text += &format!(" {cell:>26}");
                }
                run.missing.iter().for_each(|why| text += &format!("  {why}"));
            }
            text.push('\n');
        }
        self.left_out
            .iter()
            .for_each(|(peer, why)| text += &format!("\n{peer} is left out: {why}"));
        text
    }
}

/// A number with about three digits that say something.
pub fn three_digits(value: f64) -> String {
    let decimals = match value.abs() {
        large if large >= 99.95 => 0,
        middle if middle >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Three turns of two servers, and one that could not.
    pub fn results() -> Results {
        let busy = Measure { kind: Kind::Busy, clients: 100 };
        let run = |peer: &str, turns: &[f64]| Run {
            peer: peer.to_owned(),
            measure: busy,
            turns: turns.iter().map(|&n| [("messages_per_s".to_owned(), n)].into()).collect(),
            missing: turns.is_empty().then(|| "too many".to_owned()),
            failed: false,
        };
        let runs = vec![
            run("genlab", &[150e3, 300e3, 90e3]),
            run("tokio", &[100e3, 400e3, 80e3]),
            run("lab", &[]),
        ];
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
            left_out: vec![("uvloop".to_owned(), "not installed".to_owned())],
            notes: vec!["The machine was not quiet.".to_owned()],
            runs,
        }
    }

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_there_and_the_ratio_that_of_medians() {
        let mut results = results();
        let value = "messages_per_s";
        assert_eq!(results.stat("busy-100", "genlab", value), Some((150e3, 90e3, 300e3)));
        assert_eq!(results.ratio("busy-100", "genlab", value, "tokio"), Some(1.5));
        assert_eq!(results.ratio("busy-100", "lab", value, "tokio"), None);
        results.runs[0].turns.pop();
        assert_eq!(results.stat("busy-100", "genlab", value), Some((225e3, 150e3, 300e3)));
    }

    #[test]
    fn the_tables_have_the_median_the_spread_what_is_missing_and_what_was_not_quiet() {
        let text = results().text();
        for part in ["150000 (90000 to 300000)", "too many", "uvloop is left out", "not quiet"] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert_eq!(
            [0.034, 9.999, 99.96, 5278.0].map(three_digits),
            ["0.03", "10.0", "100", "5278"]
        );
    }

    #[test]
    fn json_can_be_read_again() {
        let again: Results = serde_json::from_str(&results().json()).unwrap();
        assert_eq!(again.json(), results().json());
    }

    #[test]
    fn only_what_nobody_could_expect_is_a_failure() {
        let mut results = results();
        assert!(results.failures().is_empty());
        results.runs[2].failed = true;
        assert_eq!(results.failures(), ["lab at busy-100: too many"]);
    }
}
