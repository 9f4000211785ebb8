//! The pages in `docs/`: prose that stands in `pages/`, with the tables at its markers, and the
//! pictures beside it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::charts;
use crate::results::{Kind, Measure, Results};
use crate::tables::{Report, Table};
use crate::words::{ENGLISH, GERMAN, Words};

/// Where the raw numbers are kept, so that the pages can be written anew without measuring.
const RESULTS: &str = "examples/bench/results.json";

/// Whether pages can be written of these measures: of all, so that no section is empty.
pub fn can_write(measures: &[Kind]) -> Result<(), String> {
    match Kind::ALL.into_iter().find(|kind| !measures.contains(kind)) {
        None => Ok(()),
        Some(kind) => Err(format!(
            "--write-docs needs all measures, and '{}' is missing; leave out --quick and --measures",
            kind.name()
        )),
    }
}

/// Writes the raw numbers, the pages, and the pictures.
pub fn write(results: &Results) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![(PathBuf::from(RESULTS), results.json() + "\n")];
    files.extend(all(results)?);
    for (path, text) in files {
        let path = root.join(path);
        let cannot = |error| format!("cannot write {}: {error}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(cannot)?;
        }
        fs::write(&path, text).map_err(cannot)?;
    }
    Ok(())
}

/// The pages and pictures: their paths from the root, and what is in them.
fn all(results: &Results) -> Result<Vec<(PathBuf, String)>, String> {
    let languages = [
        ("en", include_str!("../pages/en.md"), &ENGLISH),
        ("de", include_str!("../pages/de.md"), &GERMAN),
    ];
    let mut files = Vec::new();
    for (name, template, words) in languages {
        let folder = Path::new("docs").join(name);
        files.push((folder.join("performance.md"), page(template, results, words)?));
        let pictures = [
            ("performance-messages.svg", charts::messages(results, words)),
            ("performance-memory.svg", charts::memory(results, words)),
        ];
        for (file, picture) in pictures {
            let picture = picture.map_err(|error| format!("cannot draw {file}: {error}"))?;
            files.extend(picture.map(|svg| (folder.join(file), svg)));
        }
    }
    Ok(files)
}

/// How many times as many messages as the lab's server ours answered, over the numbers of
/// connections but one, which shows how fast a process is woken: the least and the most.
fn over_lab(results: &Results) -> Option<(f64, f64)> {
    let measures = results.measures(Kind::Busy);
    let ratios = measures
        .iter()
        .filter(|measure| measure.clients > 1)
        .filter_map(|&measure| results.ratio(measure, "genlab", Kind::Busy.main_value(), "lab"));
    let ratios: Vec<f64> = ratios.collect();
    let least = ratios.iter().copied().reduce(f64::min)?;
    Some((least, ratios.iter().copied().fold(least, f64::max)))
}

/// The prose with all its markers replaced.
fn page(template: &str, results: &Results, words: &Words) -> Result<String, String> {
    let report = Report { results, words };
    let tables = |tables: Vec<Table>| {
        let tables: Vec<String> = tables
            .iter()
            .map(|table| format!("**{}**\n\n{}", table.title, table.markdown()))
            .collect();
        tables.join("\n\n")
    };
    let list = |table: Option<Table>| tables(table.into_iter().collect());
    let idle_clients = results.measures(Kind::Idle).first().map_or(0, |measure| measure.clients);
    let hundred = Measure { kind: Kind::Busy, clients: 100 };
    let lab_cpu = results.ratio(hundred, "lab", "cpu_us", "genlab");
    let markers = [
        ("machine", report.machine()),
        ("notes", report.notes()),
        ("seconds", words.three_digits(results.seconds)),
        ("turns", words.number(results.turns as f64, 0)),
        ("idle-clients", words.number(idle_clients as f64, 0)),
        ("over-lab", words.range(over_lab(results))),
        ("lab-cpu", lab_cpu.map_or("–".to_owned(), |ratio| words.number(ratio, 1))),
        ("busy", tables(report.busy())),
        ("spare", list(report.spare())),
        ("latency", list(report.latency())),
        ("large", list(report.large())),
        ("idle", list(report.idle())),
        ("arrivals", list(report.arrivals())),
        ("storm", list(report.storm())),
        ("calls", list(report.calls())),
        ("left-out", report.left_out()),
    ];
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let Some((_, text)) = markers.iter().find(|(marker, _)| *marker == name) else {
            return Err(format!("the prose has an unknown marker {{{{{name}}}}}"));
        };
        page += before;
        page += text;
        rest = after;
    }
    page += rest;
    // A marker that stands for nothing leaves an empty paragraph.
    while page.contains("\n\n\n") {
        page = page.replace("\n\n\n", "\n\n");
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::results;

    #[test]
    fn a_page_has_its_tables_and_each_language_its_pictures() {
        let files = all(&results()).unwrap();
        let names: Vec<String> = files.iter().map(|file| file.0.display().to_string()).collect();
        for name in ["performance.md", "performance-messages.svg", "performance-memory.svg"] {
            for language in ["en", "de"] {
                assert!(names.contains(&format!("docs/{language}/{name}")), "{names:?}");
            }
        }
        for (path, text) in &files {
            assert!(!text.contains("{{"), "a marker is left in {}", path.display());
            assert!(text.contains("genlab"), "{}", path.display());
        }
    }

    #[test]
    fn a_marker_that_means_nothing_is_an_error() {
        let error = page("see {{nothing}}", &results(), &ENGLISH).unwrap_err();
        assert!(error.contains("{{nothing}}"), "{error}");
    }

    /// Whoever changes the prose or the drawing writes the pages again: `--from
    /// examples/bench/results.json --write-docs`.
    #[test]
    fn the_pages_in_docs_are_what_the_results_say() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let Ok(text) = fs::read_to_string(root.join(RESULTS)) else { return };
        for (path, text) in all(&serde_json::from_str(&text).unwrap()).unwrap() {
            let written = fs::read_to_string(root.join(&path)).unwrap_or_default();
            let name = path.display();
            assert!(written == text, "{name} is old; write it with --from {RESULTS} --write-docs");
        }
    }

    #[test]
    fn the_figures_that_other_pages_quote_are_those_of_the_results() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let text = fs::read_to_string(root.join(RESULTS)).unwrap();
        let results: Results = serde_json::from_str(&text).unwrap();
        let hundred = Measure { kind: Kind::Busy, clients: 100 };
        let idle = results.measures(Kind::Idle)[0];
        // To tens; the second is what one costs that has said something before.
        let [silent, heard] = ["silent_bytes", "heard_bytes"]
            .map(|value| results.stat(idle, "genlab", value).unwrap().median)
            .map(|bytes| (bytes / 10.0).round() * 10.0);
        for (language, words, bytes) in [
            ("en", &ENGLISH, format!("{silent} to {heard} bytes")),
            ("de", &GERMAN, format!("{silent} bis {heard} Bytes")),
        ] {
            let read = |page| fs::read_to_string(root.join("docs").join(language).join(page));
            let (select, faults) = (read("select.md").unwrap(), read("faults.md").unwrap());
            let costs = select.lines().rfind(|line| line.contains("performance.md)")).unwrap();
            for peer in ["genlab", "lab"] {
                let ratio = results.ratio(hundred, peer, "messages_per_s", "tokio").unwrap();
                let ratio = words.number(ratio, 2);
                assert!(costs.contains(&ratio), "{peer} has {ratio} of tokio, select.md: {costs}");
            }
            assert!(costs.contains(&bytes), "{bytes}, select.md: {costs}");
            assert!(faults.contains(&bytes), "faults.md does not say {bytes}");
        }
    }
}
