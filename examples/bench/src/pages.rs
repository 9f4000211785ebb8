//! The figures in `docs/`. The pages have all the words, and say in comments where which figure
//! stands; only the figures are written.
//!
//! - `<!-- bench KEY KEY -->` before a table: what stands in its columns, after the first. A row is
//!   that of the server whose name its first cell begins with.
//! - `<!-- bench: PEER KEY -->1.03<!-- -->` within a line. Without PEER, KEY is the place of a value in
//!   the results, such as `machine/cpu`.
//!
//! A KEY is `busy-100.cpu_us`: measure, clients, and value. `/tokio` behind it makes it the ratio to
//! tokio's, `~` adds the lowest and the highest turn.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::chart;
use crate::results::{Results, three_digits};

/// The pages with figures.
const PAGES: [&str; 3] = ["performance.md", "select.md", "faults.md"];

const PICTURE: &str = "performance-messages.svg";

const TABLE: &str = "<!-- bench ";
const FIGURE: &str = "<!-- bench: ";
const END: &str = "<!-- -->";

/// Writes the pages and the picture.
pub fn write(results: &Results) -> anyhow::Result<()> {
    for (path, text) in all(results)? {
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The pages and pictures: their paths, and what is to be in them.
fn all(results: &Results) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for language in ["en", "de"] {
        for name in PAGES {
            let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
            let path = Path::new(docs).join(language).join(name);
            let name = || format!("cannot write {}", path.display());
            let page = fs::read_to_string(&path).with_context(name)?;
            // The words for the picture are those that the page has for whoever does not see it.
            if let Some((before, _)) = page.split_once(&format!("]({PICTURE})")) {
                let words = before.rsplit_once("![").map_or("", |parts| parts.1);
                let svg = chart::draw(results, words).with_context(name)?;
                files.push((path.with_file_name(PICTURE), svg));
            }
            let filled = fill(&page, language, results).with_context(name)?;
            files.push((path, filled));
        }
    }
    Ok(files)
}

/// The page with every figure in its place.
fn fill(page: &str, language: &str, results: &Results) -> anyhow::Result<String> {
    let figure = |peer: &str, key: &str| match figure(results, peer, key) {
        // Numbers as the language writes them; words and versions as they are.
        Some(text) if language == "de" && text.chars().all(|c| ".–() 0123456789".contains(c)) => {
            Ok(text.replace('.', ","))
        }
        text => text.with_context(|| format!("the results have nothing for '{peer} {key}'")),
    };
    let mut filled = String::new();
    let mut columns: Vec<&str> = Vec::new();
    for line in page.lines() {
        let first =
            line.strip_prefix('|').and_then(|row| row.split('|').next()).unwrap_or_default();
        let peer =
            first.trim_start_matches([' ', '`']).split([' ', '`']).next().unwrap_or_default();
        if let Some(keys) = line.strip_prefix(TABLE).and_then(|rest| rest.strip_suffix(" -->")) {
            columns = keys.split(' ').collect();
        } else if !line.is_empty() && !line.starts_with('|') {
            columns.clear();
        }
        if !columns.is_empty() && results.runs.iter().any(|run| run.peer == peer) {
            filled += &format!("|{first}|");
            for key in &columns {
                filled += &format!(" {} |", figure(peer, key)?);
            }
        } else {
            let mut parts = line.split(FIGURE);
            filled += parts.next().unwrap_or_default();
            for part in parts {
                let ends = part.split_once(" -->").zip(part.split_once(END));
                let ((key, _), (_, rest)) =
                    ends.with_context(|| format!("a figure with no end: {part}"))?;
                let (peer, value) = key.split_once(' ').unwrap_or(("", key));
                filled += &format!("{FIGURE}{key} -->{}{END}{rest}", figure(peer, value)?);
            }
        }
        filled.push('\n');
    }
    Ok(filled)
}

/// The figure of a server for a key, a dash if it has none; `None` if the key means nothing.
fn figure(results: &Results, peer: &str, key: &str) -> Option<String> {
    if peer.is_empty() {
        let json = serde_json::to_value(results).ok()?;
        let value = json.pointer(&format!("/{key}"))?;
        return Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    let (measure, value) = key.split_once('.')?;
    let (value, to) = value.split_once('/').map_or((value, None), |(value, to)| (value, Some(to)));
    let (value, spread) = value.strip_suffix('~').map_or((value, false), |value| (value, true));
    let run = results.run(measure, peer)?;
    let others = results.runs.iter().filter(|other| other.measure == run.measure);
    if !others.flat_map(|other| &other.turns).any(|turn| turn.contains_key(value)) {
        return None;
    }
    let Some(stat) = run.stat(value) else { return Some("–".to_owned()) };
    if let Some(to) = to {
        // The ratio of the medians.
        let [other, ..] = results.run(measure, to)?.stat(value)?;
        return Some(format!("{:.2}", stat[0] / other));
    }
    // Thousand messages, milliseconds, whole bytes.
    let [median, lowest, highest] = stat.map(|number| match value {
        value if value.ends_with("_per_s") => three_digits(number / 1e3),
        value if value.ends_with("_s") => three_digits(number * 1e3),
        value if value.ends_with("_bytes") => format!("{:.0}", number.max(0.0)),
        _ => three_digits(number),
    });
    Some(if spread { format!("{median} ({lowest}–{highest})") } else { median })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::results;

    const PAGE: &str = "\
Ours: <!-- bench: genlab busy-100.messages_per_s/tokio -->?<!-- --> of
<!-- bench: machine/cpu --><!-- -->, <!-- bench: turns -->9<!-- -->.

<!-- bench busy-100.messages_per_s~ busy-100.messages_per_s/tokio -->

| name | a | b |
| --- | ---: | ---: |
| `genlab`: ours | 1 | 2 |
| lab | | |

That was it.

| not | a table of ours |
| --- | --- |
| genlab | stays |
";

    #[test]
    fn only_figures_are_written_each_in_its_place_and_as_the_language_writes_them() {
        let filled = fill(PAGE, "de", &results()).unwrap();
        let right = PAGE
            .replace("-->?<", "-->1,50<")
            .replace("-->9<", "-->3<")
            .replace("cpu --><", "cpu -->A processor<")
            .replace("| 1 | 2 |", "| 150 (90,0–300) | 1,50 |")
            .replace("| lab | | |", "| lab | – | – |");
        assert_eq!(filled, right);
        assert_eq!(fill(&filled, "de", &results()).unwrap(), filled);
    }

    #[test]
    fn a_key_that_means_nothing_and_a_figure_with_no_end_are_errors() {
        let unclosed = fill("<!-- bench: turns -->9", "en", &results());
        assert!(unclosed.unwrap_err().to_string().contains("no end"));
        for key in ["nothing", "genlab busy-7.cpu_us", "genlab busy-100.nothing", "no busy-100.cpu"]
        {
            let page = format!("<!-- bench: {key} -->1<!-- -->");
            let error = fill(&page, "en", &results()).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
    }

    #[test]
    fn the_figures_in_docs_are_those_of_the_results() {
        let results = serde_json::from_str(include_str!("../results.json")).unwrap();
        for (path, text) in all(&results).unwrap() {
            let name = path.display();
            let written = fs::read_to_string(&path).unwrap();
            assert!(
                written == text,
                "{name} is old; write it with --from examples/bench/results.json --write-docs"
            );
            // How many are quoted between the words, tables aside.
            let quoted = [("performance.md", 11), ("select.md", 4), ("faults.md", 2), ("svg", 0)];
            let of = quoted.iter().find(|(end, _)| path.to_string_lossy().ends_with(end));
            assert_eq!(of.map(|of| of.1), Some(text.matches(FIGURE).count()), "{name}");
        }
    }
}
