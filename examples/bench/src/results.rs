//! What was measured: every turn of every measure with every server, and what follows from it.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::str::FromStr;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::machine::Machine;

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Busy,
    Pause,
    Idle,
    Arrivals,
    Storm,
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
        write!(f, "{}-{}", format!("{:?}", self.kind).to_lowercase(), self.clients)
    }
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Measure, String> {
        let (kind, clients) = text.split_once('-').ok_or("write it as busy-100")?;
        let clients = clients.parse().ok().filter(|&clients| clients > 0);
        Ok(Measure { kind: Kind::from_str(kind, false)?, clients: clients.ok_or("how many?")? })
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
    /// Which share of the time other processes had the cores, in percent.
    pub disturbed: u32,
    /// What was not as it should have been.
    pub notes: Vec<String>,
    pub runs: Vec<Run>,
}

impl Run {
    /// The median of the turns of one value, the lowest and the highest.
    pub fn stat(&self, value: &str) -> Option<[f64; 3]> {
        let values = self.turns.iter().filter_map(|turn| turn.get(value).copied());
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        // The middle, or the mean of the two in the middle.
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Some([(low + high) / 2.0, first, last])
    }
}

impl Results {
    pub fn run(&self, measure: &str, peer: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.peer == peer && run.measure.to_string() == measure)
    }

    /// What nobody could expect.
    pub fn failures(&self) -> Vec<String> {
        let failed = self.runs.iter().filter(|run| run.failed);
        let why = |run: &Run| run.missing.clone().unwrap_or_default();
        failed.map(|run| format!("{} at {}: {}", run.peer, run.measure, why(run))).collect()
    }

    /// A table for each measure: the median of each value, the lowest and the highest turn.
    pub fn text(&self) -> String {
        let Machine { cpu, cores, kernel, software } = &self.machine;
        let mut text = format!("{cpu}, cores: {cores}, {kernel}, {software}\n");
        self.notes.iter().for_each(|note| text += &format!("{note}\n"));
        for runs in self.runs.chunk_by(|a, b| a.measure == b.measure) {
            let first = runs.iter().find_map(|run| run.turns.first());
            let names: Vec<&String> = first.map_or(Vec::new(), |turn| turn.keys().collect());
            text += &format!("\n{:<12}", runs[0].measure.to_string());
            names.iter().for_each(|name| text += &format!("{name:>26}"));
            for run in runs {
                text += &format!("\n{:<12}", run.peer);
                for name in &names {
                    let cell = run.stat(name).map(|stat| stat.map(three_digits));
                    let cell = cell.map_or("-".to_owned(), |[median, lowest, highest]| {
                        format!("{median} ({lowest} to {highest})")
                    });
                    text += &format!("{cell:>26}");
                }
                run.missing.iter().for_each(|why| text += &format!("  {why}"));
            }
            text.push('\n');
        }
        text
    }
}

/// A number with about three digits that say something.
pub fn three_digits(value: f64) -> String {
    let decimals = usize::from(value.abs() < 99.95) + usize::from(value.abs() < 9.995);
    format!("{value:.decimals$}")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Three turns of two servers, and one that could not.
    pub fn results() -> Results {
        let run = |peer: &str, turns: &[f64]| Run {
            peer: peer.to_owned(),
            measure: Measure { kind: Kind::Busy, clients: 100 },
            turns: turns.iter().map(|&n| [("messages_per_s".to_owned(), n)].into()).collect(),
            missing: turns.is_empty().then(|| "too many".to_owned()),
            failed: false,
        };
        let runs = vec![
            run("genlab", &[150e3, 300e3, 90e3]),
            run("tokio", &[100e3, 400e3, 80e3]),
            run("lab", &[]),
        ];
        let [cpu, kernel, software] = ["A processor", "Linux", "rustc"].map(str::to_owned);
        let machine = Machine { cpu, cores: 2, kernel, software };
        let notes = vec!["The machine was not quiet.".to_owned()];
        Results { machine, seconds: 0.25, turns: 3, disturbed: 0, notes, runs }
    }

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_there() {
        let mut run = results().runs[0].clone();
        assert_eq!(run.stat("messages_per_s"), Some([150e3, 90e3, 300e3]));
        run.turns.pop();
        assert_eq!(run.stat("messages_per_s"), Some([225e3, 150e3, 300e3]));
        assert_eq!(run.stat("cpu_us"), None);
    }

    #[test]
    fn the_tables_have_the_median_the_spread_what_is_missing_and_the_notes() {
        let text = results().text();
        for part in ["150000 (90000 to 300000)", "too many", "not quiet"] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        let numbers = [0.034, 9.999, 99.96, 5278.0].map(three_digits);
        assert_eq!(numbers, ["0.03", "10.0", "100", "5278"]);
    }
}
