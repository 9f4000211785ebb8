//! The results as tables, in Markdown, for the terminal and for the pages alike.

use crate::results::{Kind, Measure, Note, Results, Stat};
use crate::words::Words;

/// From which share of the time that others had the cores a table says so.
const DISTURBED: f64 = 0.1;

/// What stands where there is no number.
const NOTHING: &str = "–";

pub struct Table {
    pub title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether the last column has words, as the first has; the others have numbers.
    last_is_text: bool,
    /// Why there are cells without a number, and whether the others can be relied on.
    remarks: Vec<String>,
}

impl Table {
    fn new(title: impl Into<String>, header: &[&str]) -> Table {
        let header = header.iter().map(|&cell| cell.to_owned()).collect();
        Table {
            title: title.into(),
            header,
            rows: Vec::new(),
            last_is_text: false,
            remarks: Vec::new(),
        }
    }

    /// Columns as wide as their widest cell, so that it reads well without being rendered too.
    pub fn markdown(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.header]);
            // A rule has at least three characters.
            cells.map(|row| row[column].chars().count()).max().unwrap_or(0).max(3)
        };
        let columns = self.header.len();
        let widths: Vec<usize> = (0..columns).map(width).collect();
        // Words to the left, numbers to the right.
        let is_text = |column| column == 0 || (self.last_is_text && column + 1 == columns);
        let line = |row: &[String]| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
                if is_text(column) { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let rule = widths.iter().enumerate().map(|(column, &width)| {
            let end = if is_text(column) { '-' } else { ':' };
            format!("{}{end}", "-".repeat(width - 1))
        });
        let rule = format!("| {} |", rule.collect::<Vec<_>>().join(" | "));
        let mut lines = vec![line(&self.header), rule];
        lines.extend(self.rows.iter().map(|row| line(row)));
        for remark in &self.remarks {
            lines.extend([String::new(), remark.clone()]);
        }
        lines.join("\n")
    }
}

/// Results and the words to tell them with.
pub struct Report<'a> {
    pub results: &'a Results,
    pub words: &'a Words,
}

impl Report<'_> {
    /// What the terminal shows.
    pub fn all(&self) -> String {
        let mut parts = vec![self.machine(), self.notes()];
        let mut tables = self.busy();
        let others = [self.spare(), self.latency(), self.large(), self.idle(), self.arrivals()];
        tables.extend(others.into_iter().chain([self.storm(), self.calls()]).flatten());
        for table in tables {
            parts.push(format!("{}\n\n{}", table.title, table.markdown()));
        }
        parts.push(self.left_out());
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n")
    }

    pub fn machine(&self) -> String {
        let machine = &self.results.machine;
        let cores = machine.cores;
        let cores = match self.words.language {
            crate::words::Language::English if cores == 1 => "1 core".to_owned(),
            crate::words::Language::English => format!("{cores} cores"),
            crate::words::Language::German if cores == 1 => "1 Kern".to_owned(),
            crate::words::Language::German => format!("{cores} Kerne"),
        };
        let software = machine.software.join(", ");
        format!("{}, {cores}, {}, {software}", machine.cpu, machine.kernel)
    }

    pub fn notes(&self) -> String {
        let notes = self.results.notes.iter().map(|note| self.words.note(note));
        notes.collect::<Vec<_>>().join("\n")
    }

    /// The servers that are missing in all tables, a line each.
    pub fn left_out(&self) -> String {
        let lines = self.results.left_out.iter();
        let lines = lines.map(|(peer, reason)| format!("- {peer}: {}", self.words.reason(reason)));
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() {
            return String::new();
        }
        format!("{}\n\n{}", self.words.left_out, lines.join("\n"))
    }

    /// Messages a second, the two ratios, and the CPU time, over the numbers of connections.
    pub fn busy(&self) -> Vec<Table> {
        let measures = self.results.measures(Kind::Busy);
        if measures.is_empty() {
            return Vec::new();
        }
        let words = self.words;
        let value = Kind::Busy.main_value();
        let mut first = self.over_connections(words.busy, &measures, |measure, peer| {
            self.spread(measure, peer, value, 1e-3)
        });
        // Once: what is missing here is missing in those that follow from it.
        self.remark(&mut first, &measures);
        let mut tables = vec![first];
        for (to, title) in [("tokio", words.busy_to_tokio), ("epoll", words.busy_to_epoll)] {
            if self.results.peers.iter().any(|peer| peer == to) {
                tables.push(self.over_connections(title, &measures, |measure, peer| {
                    self.ratio(measure, peer, value, to)
                }));
            }
        }
        tables.push(self.over_connections(words.cpu, &measures, |measure, peer| {
            self.median(measure, peer, "cpu_us", 1.0)
        }));
        tables
    }

    /// How much time the load had to spare: where it is near zero, the load is what was measured.
    pub fn spare(&self) -> Option<Table> {
        let measures = self.results.measures(Kind::Busy);
        let table = self.over_connections(self.words.spare, &measures, |measure, peer| {
            let spare = self.results.stat(measure, peer, "load_spare")?;
            Some(self.words.number(spare.median * 100.0, 0))
        });
        (!measures.is_empty()).then_some(table)
    }

    /// Median and 99th percentile at 1 and 100 connections, or at whatever was measured of them.
    pub fn latency(&self) -> Option<Table> {
        let mut measures = self.results.measures(Kind::Busy);
        measures.retain(|measure| [1, 100].contains(&measure.clients));
        let mut header = vec![self.words.peer.to_owned()];
        for measure in &measures {
            let at = format!("{} {}", self.words.latency_at, measure.clients);
            header.extend([format!("p50 {at}"), format!("p99 {at}")]);
        }
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut table = Table::new(self.words.latency, &header);
        for peer in &self.results.peers {
            let cells = measures.iter().flat_map(|&measure| {
                ["p50_us", "p99_us"].map(|value| self.median(measure, peer, value, 1.0))
            });
            self.push(&mut table, peer, cells.collect());
        }
        (!measures.is_empty()).then_some(table)
    }

    pub fn large(&self) -> Option<Table> {
        let measure = *self.results.measures(Kind::Large).first()?;
        let words = self.words;
        let header = [words.peer, words.messages, words.to_tokio, words.to_epoll, words.cpu_column];
        Some(self.compared(Table::new(words.large, &header), measure))
    }

    pub fn arrivals(&self) -> Option<Table> {
        let measure = *self.results.measures(Kind::Arrivals).first()?;
        let words = self.words;
        let header =
            [words.peer, words.arrivals_column, words.to_tokio, words.to_epoll, words.cpu_column];
        Some(self.compared(Table::new(words.arrivals, &header), measure))
    }

    pub fn idle(&self) -> Option<Table> {
        let measure = *self.results.measures(Kind::Idle).first()?;
        let words = self.words;
        let title = format!("{} ({})", words.idle, words.number(measure.clients as f64, 0));
        let header = [
            words.peer,
            words.alone,
            words.among,
            words.among_to_alone,
            words.silent_bytes,
            words.heard_bytes,
        ];
        let mut table = Table::new(title, &header);
        for peer in &self.results.peers {
            let bytes = |value| {
                let stat = self.results.stat(measure, peer, value)?;
                Some(words.number(stat.median, 0))
            };
            let ratio = self.results.stat(measure, peer, "among_to_alone");
            let cells = vec![
                self.spread(measure, peer, "alone_per_s", 1e-3),
                self.spread(measure, peer, "among_per_s", 1e-3),
                ratio.map(|ratio| words.number(ratio.median, 2)),
                bytes("silent_bytes"),
                bytes("heard_bytes"),
            ];
            self.push(&mut table, peer, cells);
        }
        self.remark(&mut table, &[measure]);
        Some(table)
    }

    pub fn storm(&self) -> Option<Table> {
        let measures = self.results.measures(Kind::Storm);
        let mut table = self.over_connections(self.words.storm, &measures, |measure, peer| {
            self.spread(measure, peer, "last_s", 1e3)
        });
        self.remark(&mut table, &measures);
        (!measures.is_empty()).then_some(table)
    }

    pub fn calls(&self) -> Option<Table> {
        let measure = *self.results.measures(Kind::Calls).first()?;
        let header = [self.words.peer, self.words.all_calls, self.words.which_calls];
        let mut table = Table::new(self.words.calls, &header);
        table.last_is_text = true;
        let all = Kind::Calls.main_value();
        for peer in &self.results.peers {
            let values = self.results.run(measure, peer).and_then(|run| run.turns.first());
            let each = values.map(|values| {
                let mut calls: Vec<(&String, &f64)> = values
                    .iter()
                    .filter(|(name, count)| *name != all && **count >= 0.005)
                    .collect();
                calls.sort_by(|a, b| b.1.total_cmp(a.1));
                let calls = calls
                    .iter()
                    .map(|(name, count)| format!("{name} {}", self.words.number(**count, 2)));
                calls.collect::<Vec<_>>().join(", ")
            });
            let sum = values.and_then(|values| values.get(all));
            let cells = vec![sum.map(|&sum| self.words.number(sum, 2)), each];
            self.push(&mut table, peer, cells);
        }
        self.remark(&mut table, &[measure]);
        Some(table)
    }

    /// The main value with its spread, the ratios and the CPU time.
    fn compared(&self, mut table: Table, measure: Measure) -> Table {
        let value = measure.kind.main_value();
        for peer in &self.results.peers {
            let cells = vec![
                self.spread(measure, peer, value, 1e-3),
                self.ratio(measure, peer, value, "tokio"),
                self.ratio(measure, peer, value, "epoll"),
                self.median(measure, peer, "cpu_us", 1.0),
            ];
            self.push(&mut table, peer, cells);
        }
        self.remark(&mut table, &[measure]);
        table
    }

    fn over_connections(
        &self,
        title: &str,
        measures: &[Measure],
        cell: impl Fn(Measure, &str) -> Option<String>,
    ) -> Table {
        let counts = measures.iter().map(|measure| self.words.number(measure.clients as f64, 0));
        let header: Vec<String> = [format!("{} \\ {}", self.words.peer, self.words.connections)]
            .into_iter()
            .chain(counts)
            .collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut table = Table::new(title, &header);
        for peer in &self.results.peers {
            let cells = measures.iter().map(|&measure| cell(measure, peer)).collect();
            self.push(&mut table, peer, cells);
        }
        table
    }

    /// A row, unless the server is left out everywhere.
    fn push(&self, table: &mut Table, peer: &str, cells: Vec<Option<String>>) {
        if self.results.left_out.iter().any(|(name, _)| name == peer) {
            return;
        }
        let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| NOTHING.to_owned()));
        table.rows.push([peer.to_owned()].into_iter().chain(cells).collect());
    }

    fn remark(&self, table: &mut Table, measures: &[Measure]) {
        let runs = self.results.runs.iter().filter(|run| measures.contains(&run.measure));
        for run in runs {
            let Some(reason) = &run.missing else { continue };
            let clients = self.words.number(run.measure.clients as f64, 0);
            let reason = self.words.reason(reason);
            table
                .remarks
                .push(format!("{}, {clients} {}: {reason}.", run.peer, self.words.connections));
        }
        for &measure in measures {
            let share = self.results.disturbed_in(|run| run.measure == measure);
            if share > DISTURBED {
                let clients = self.words.number(measure.clients as f64, 0);
                let note = self.words.note(&Note::Disturbed(share));
                table.remarks.push(format!("{clients} {}: {note}", self.words.connections));
            }
        }
    }

    fn median(&self, measure: Measure, peer: &str, value: &str, factor: f64) -> Option<String> {
        let stat = self.results.stat(measure, peer, value)?;
        Some(self.words.three_digits(stat.median * factor))
    }

    fn spread(&self, measure: Measure, peer: &str, value: &str, factor: f64) -> Option<String> {
        let Stat { median, lowest, highest, .. } = self.results.stat(measure, peer, value)?;
        let number = |value| self.words.three_digits(value * factor);
        Some(format!("{} ({}–{})", number(median), number(lowest), number(highest)))
    }

    fn ratio(&self, measure: Measure, peer: &str, value: &str, to: &str) -> Option<String> {
        let ratio = self.results.ratio(measure, peer, value, to)?;
        Some(self.words.number(ratio, 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::results;
    use crate::words::{ENGLISH, GERMAN};

    #[test]
    fn a_table_says_that_the_machine_was_not_quiet_meanwhile() {
        let mut results = results();
        let mut disturb = |share: f64| {
            for run in results.runs.iter_mut().filter(|run| run.measure.kind == Kind::Busy) {
                run.turns.iter_mut().for_each(|turn| _ = turn.insert("disturbed".into(), share));
            }
            Report { results: &results, words: &ENGLISH }.all()
        };
        let said = "100 connections: The machine was not quiet: 48 % of the time";
        assert!(disturb(0.48).contains(said), "{}", disturb(0.48));
        assert!(!disturb(0.05).contains("100 connections: The machine"), "{}", disturb(0.05));
    }

    #[test]
    fn tables_have_the_median_the_spread_and_what_is_missing() {
        let mut results = results();
        for run in &mut results.runs[..2] {
            run.turns.iter_mut().flat_map(|turn| turn.values_mut()).for_each(|n| *n *= 1000.0);
        }
        let english = Report { results: &results, words: &ENGLISH }.all();
        assert!(english.contains("| genlab               | 150 (90.0–300) |"), "{english}");
        assert!(english.contains("| lab                  |              – |"), "{english}");
        assert!(english.contains("lab, 100 connections: select ends at"), "{english}");
        assert!(english.contains("- uvloop: uvloop is not installed"), "{english}");
        let german = Report { results: &results, words: &GERMAN }.all();
        assert!(german.contains("| 150 (90,0–300) |"), "{german}");
        assert!(german.contains("| genlab                | 1,50 |"), "{german}");
    }
}
