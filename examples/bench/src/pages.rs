//! The figures in `docs/`. The pages have all the words, and say in comments where which figure
//! stands; only the figures are written.
//!
//! - `<!-- bench KEY KEY -->` before a table: what stands in its columns, after the first. A row is
//!   that of the server whose name its first cell begins with.
//! - `<!-- bench: PEER KEY -->1.03<!-- -->` within a line; or `cpu`, `cores`, `kernel`, `software`,
//!   `seconds`, `turns`, `disturbed` for PEER and KEY.
//!
//! A KEY is `busy-100.cpu_us`: measure, clients, and value. `/tokio` behind it makes it the ratio to
//! tokio's, `~` adds the lowest and the highest turn.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::Options;
use crate::chart;
use crate::compare::measures;
use crate::results::{Measure, Results, three_digits};

/// Where the raw numbers are kept, so that the pages can be written anew without measuring.
const RESULTS: &str = "examples/bench/results.json";

/// The pages with figures.
const PAGES: [&str; 3] = ["performance.md", "select.md", "faults.md"];

const PICTURE: &str = "performance-messages.svg";

const TABLE: &str = "<!-- bench ";
const FIGURE: &str = "<!-- bench: ";
const END: &str = "<!-- -->";

/// What stands where there is no number.
const NOTHING: &str = "–";

/// Whether the pages can be written with what is going to be measured.
pub fn can_write(options: &Options) -> Result<(), String> {
    if options.lab.is_none() || options.peers != Options::default().peers {
        return Err("--write-docs needs all servers; leave out --peers, and give --lab".to_owned());
    }
    let measured: Vec<String> = measures(options).iter().map(Measure::to_string).collect();
    for (path, language) in paths() {
        let page = read(&path)?;
        fill(&page, language, |_, key| match key.split_once('.') {
            Some((measure, _)) if !measured.iter().any(|name| name == measure) => Err(format!(
                "--write-docs needs {measure}; leave out --quick, --measures and --connections"
            )),
            _ => Ok(String::new()),
        })?;
    }
    Ok(())
}

/// Writes the raw numbers, the pages, and the picture.
pub fn write(results: &Results) -> Result<(), String> {
    let mut files = all(results)?;
    files.push((root(RESULTS), results.json() + "\n"));
    for (path, text) in files {
        fs::write(&path, text)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

fn root(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Each page and its language.
fn paths() -> impl Iterator<Item = (PathBuf, &'static str)> {
    let pages = |language| PAGES.map(|page| (root("docs").join(language).join(page), language));
    ["en", "de"].into_iter().flat_map(pages)
}

/// The pages and pictures: their paths, and what is to be in them.
fn all(results: &Results) -> Result<Vec<(PathBuf, String)>, String> {
    let mut files = Vec::new();
    for (path, language) in paths() {
        let page = read(&path)?;
        let figure = |peer: &str, key: &str| figure(results, peer, key);
        let filled = fill(&page, language, figure)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        // The words for the picture are those that the page has for whoever does not see it.
        if let Some(before) = page.split_once(&format!("]({PICTURE})")).map(|parts| parts.0) {
            let title = before.rsplit_once("![").map_or("", |parts| parts.1);
            let svg = chart::draw(results, title);
            let svg = svg.map_err(|error| format!("cannot draw {PICTURE}: {error}"))?;
            files.push((path.with_file_name(PICTURE), svg));
        }
        files.push((path, filled));
    }
    Ok(files)
}

/// The page with the figure that `figure` gives for each server and key.
fn fill(
    page: &str,
    language: &str,
    figure: impl Fn(&str, &str) -> Result<String, String>,
) -> Result<String, String> {
    let written = |peer: &str, key: &str| figure(peer, key).map(|text| localized(&text, language));
    let mut filled = String::new();
    let mut columns: Vec<&str> = Vec::new();
    let mut line_of_table = 0;
    for line in page.lines() {
        line_of_table = if line.starts_with('|') { line_of_table + 1 } else { 0 };
        if let Some(keys) = line.strip_prefix(TABLE).and_then(|rest| rest.strip_suffix(" -->")) {
            columns = keys.split(' ').collect();
            filled += line;
        } else if !columns.is_empty() && line_of_table > 2 {
            // Below the head and its rule.
            let first = line.split('|').nth(1).unwrap_or_default();
            let peer = first.trim().trim_start_matches('`').split([' ', '`']).next();
            filled += &format!("|{first}|");
            for key in &columns {
                filled += &format!(" {} |", written(peer.unwrap_or_default(), key)?);
            }
        } else {
            if line.is_empty() && line_of_table == 0 && filled.ends_with("|\n") {
                columns.clear();
            }
            let mut parts = line.split(FIGURE);
            filled += parts.next().unwrap_or_default();
            for part in parts {
                let unclosed = || format!("a figure without its end: {part}");
                let (key, rest) = part.split_once(" -->").ok_or_else(unclosed)?;
                let (_, rest) = rest.split_once(END).ok_or_else(unclosed)?;
                let (peer, value) = key.split_once(' ').unwrap_or(("", key));
                filled += &format!("{FIGURE}{key} -->{}{END}{rest}", written(peer, value)?);
            }
        }
        filled.push('\n');
    }
    Ok(filled)
}

/// The figure of a server for a key; an error if the key means nothing.
fn figure(results: &Results, peer: &str, key: &str) -> Result<String, String> {
    let machine = &results.machine;
    let of_all = match key {
        "cpu" => machine.cpu.clone(),
        "cores" => machine.cores.to_string(),
        "kernel" => machine.kernel.clone(),
        "software" => machine.software.join(", "),
        "seconds" => results.seconds.to_string(),
        "turns" => results.turns.to_string(),
        "disturbed" => format!("{:.0}", results.disturbed() * 100.0),
        _ => String::new(),
    };
    if !of_all.is_empty() {
        return Ok(of_all);
    }
    let unknown = || format!("the results have nothing for {peer} {key}");
    let (measure, value) = key.split_once('.').ok_or_else(unknown)?;
    let (value, to) = value.split_once('/').map_or((value, None), |(value, to)| (value, Some(to)));
    let (value, spread) = value.strip_suffix('~').map_or((value, false), |value| (value, true));
    let known = |name: &str| results.peers.iter().any(|peer| peer == name);
    if !results.measures().iter().any(|taken| taken.to_string() == measure)
        || !known(peer)
        || !results.runs.iter().any(|run| run.turns.iter().any(|turn| turn.contains_key(value)))
    {
        return Err(unknown());
    }
    let nothing = || NOTHING.to_owned();
    if let Some(to) = to {
        let ratio = results.ratio(measure, peer, value, to);
        return Ok(ratio.map_or_else(nothing, |ratio| format!("{ratio:.2}")));
    }
    let Some((median, lowest, highest)) = results.stat(measure, peer, value) else {
        return Ok(nothing());
    };
    // Thousand messages, milliseconds, whole bytes.
    let number = |number: f64| match value {
        value if value.ends_with("_per_s") => three_digits(number / 1e3),
        value if value.ends_with("_s") => three_digits(number * 1e3),
        value if value.ends_with("_bytes") => format!("{:.0}", number.max(0.0)),
        value if value.contains("_to_") => format!("{number:.2}"),
        _ => three_digits(number),
    };
    let range =
        if spread { format!(" ({}–{})", number(lowest), number(highest)) } else { String::new() };
    Ok(number(median) + &range)
}

/// Numbers as the language writes them; words and versions as they are.
fn localized(text: &str, language: &str) -> String {
    match language {
        "de" if text.chars().all(|c| c.is_ascii_digit() || ".–() ".contains(c)) => {
            text.replace('.', ",")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::results;

    const PAGE: &str = "\
Ours: <!-- bench: genlab busy-100.messages_per_s/tokio -->?<!-- --> of <!-- bench: cpu --><!-- -->.

<!-- bench busy-100.messages_per_s~ busy-100.messages_per_s/tokio -->

| Server | a | b |
| --- | ---: | ---: |
| `genlab`: ours | 1 | 2 |
| lab | | |

| not | a table of ours |
| --- | --- |
| genlab | stays |
";

    #[test]
    fn only_figures_are_written_each_in_its_place_and_as_the_language_writes_them() {
        let results = results();
        let filled = fill(PAGE, "de", |peer, key| figure(&results, peer, key)).unwrap();
        let right = PAGE
            .replace("-->?<", "-->1,50<")
            .replace("cpu --><", "cpu -->A processor<")
            .replace("| 1 | 2 |", "| 150 (90,0–300) | 1,50 |")
            .replace("| lab | | |", "| lab | – | – |");
        assert_eq!(filled, right);
        let again = fill(&filled, "de", |peer, key| figure(&results, peer, key)).unwrap();
        assert_eq!(again, filled);
    }

    #[test]
    fn a_key_that_means_nothing_is_an_error() {
        for key in ["nothing", "busy-7.messages_per_s", "busy-100.nothing", "nobody busy-100.cpu"] {
            let page =
                PAGE.replace("genlab busy-100.messages_per_s/tokio", &format!("genlab {key}"));
            let error = fill(&page, "en", |peer, key| figure(&results(), peer, key)).unwrap_err();
            assert!(error.contains(key), "{error}");
        }
    }

    /// Whoever changes a key or the drawing writes the figures again: `--from
    /// examples/bench/results.json --write-docs`.
    #[test]
    fn the_pages_in_docs_are_what_the_results_say() {
        let results = serde_json::from_str(&read(&root(RESULTS)).unwrap()).unwrap();
        for (path, text) in all(&results).unwrap() {
            let (name, written) = (path.display(), read(&path).unwrap());
            assert!(written == text, "{name} is old; write it with --from {RESULTS} --write-docs");
        }
    }

    /// That they are, the test above holds; that they are quoted as figures of the results, this one.
    #[test]
    fn the_figures_that_other_pages_quote_are_those_of_the_results() {
        let quoted = [
            (
                "performance.md",
                &["genlab busy-100.messages_per_s/lab", "lab busy-100.cpu_us/genlab"][..],
            ),
            (
                "select.md",
                &["genlab busy-100.messages_per_s/tokio", "lab busy-100.messages_per_s/tokio"],
            ),
            ("select.md", &["genlab idle-10000.silent_bytes", "genlab idle-10000.heard_bytes"]),
            ("faults.md", &["genlab idle-10000.silent_bytes", "genlab idle-10000.heard_bytes"]),
        ];
        for (path, _) in paths() {
            let page = read(&path).unwrap();
            for (name, keys) in quoted.iter().filter(|(name, _)| path.ends_with(name)) {
                for key in *keys {
                    assert!(page.contains(&format!("{FIGURE}{key} -->")), "{name} lacks {key}");
                }
            }
        }
    }

    #[test]
    fn pages_are_written_of_all_servers_and_measures_only() {
        let all = || Options { lab: Some("server.py".into()), ..Options::default() };
        assert_eq!(can_write(&all()), Ok(()));
        assert!(can_write(&Options::default()).unwrap_err().contains("give --lab"));
        let part = Options { connections: vec![1, 10, 100, 900], ..all() };
        assert!(can_write(&part).unwrap_err().contains("needs busy-5000;"));
    }
}
