//! `lab.md` goes through the lab's page line by line: no line of it is left out, and what is quoted
//! of our two files stands at the line that is named. And each page of the book says at its top what
//! suffices for the lesson, and is not too long.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

/// How many lines the code on the lab's page has, and which of them are blank.
const LINES: usize = 47;
const BLANK: [usize; 7] = [11, 19, 23, 29, 32, 37, 41];

/// The files that the last two columns quote.
const FILES: [&str; 2] = ["examples/server.rs", "examples/echo.rs"];

/// The most words on a page, without its code; and the pages that may have more.
const WORDS: usize = 1500;
const LONG: [&str; 2] = ["faults.md", "teaching.md"];

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("docs/en").is_dir()).expect("docs/en")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of the table that quotes our files: the lab's lines, and the cells for each file.
fn rows(page: &str) -> Vec<(Vec<usize>, [String; 2])> {
    let heads = |line: &&str| line.starts_with('|') && FILES.iter().all(|file| line.contains(file));
    let lines = page.lines().skip_while(|line| !heads(line));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let row = row.replace("\\|", "\u{0}");
        let cells: Vec<String> =
            row.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect();
        let [_, lab, _, server, echo, _] = &cells[..] else { panic!("four columns: {row}") };
        let lab = lab.split(", ").filter(|number| !number.is_empty());
        let lab = lab.map(|number| number.parse().unwrap()).collect();
        (lab, [server.clone(), echo.clone()])
    })
    .collect()
}

/// What is wrong with a cell such as ``20: `sock.set_reuse_address(true)?;` `` for this file.
/// Several quotes are parted by `<br>`; a quote that ends in ` …` is the beginning of its line.
fn misquoted(cell: &str, file: &str) -> Vec<String> {
    let lines: Vec<&str> = file.lines().map(|line| line.trim()).collect();
    let stands_at = |code: &str, at: usize| {
        let line = at.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or_default();
        match code.strip_suffix(" …") {
            Some(begin) => line.starts_with(begin),
            None => line.split(" // ").next() == Some(code),
        }
    };
    let mut faults = Vec::new();
    for quote in cell.split("<br>").filter(|quote| !quote.is_empty()) {
        let parts = quote.split_once(": `").and_then(|(number, code)| {
            Some((number.parse::<usize>().ok()?, code.strip_suffix('`')?))
        });
        match parts {
            None => faults.push(format!("{quote} is not a number, a colon and code in backticks")),
            Some((number, code)) if !stands_at(code, number) => {
                let now: Vec<usize> = (1..=lines.len()).filter(|at| stands_at(code, *at)).collect();
                faults.push(format!("`{code}` stands in the lines {now:?}, not in {number}"));
            }
            Some(_) => (),
        }
    }
    faults
}

#[test]
fn no_line_of_the_labs_page_is_left_out() {
    let all: Vec<usize> = (1..=LINES).filter(|line| !BLANK.contains(line)).collect();
    for language in ["en", "de"] {
        let rows = rows(&read(format!("docs/{language}/lab.md")));
        let mut named: Vec<usize> = rows.into_iter().flat_map(|(lab, _)| lab).collect();
        assert!(named.is_sorted(), "{language}: the rows are in the order of the page");
        named.dedup();
        assert_eq!(named, all, "{language}");
    }
}

#[test]
fn what_is_quoted_of_our_files_stands_at_the_line_that_is_named() {
    let files = FILES.map(read);
    for language in ["en", "de"] {
        let rows = rows(&read(format!("docs/{language}/lab.md")));
        assert!(!rows.is_empty(), "{language}: no table");
        for (cells, (file, text)) in (0..2)
            .map(|i| rows.iter().map(move |(_, cells)| &cells[i]))
            .zip(FILES.iter().zip(&files))
        {
            let faults: Vec<String> = cells.flat_map(|cell| misquoted(cell, text)).collect();
            assert!(faults.is_empty(), "{language}, {file}:\n{}", faults.join("\n"));
        }
    }
}

/// What a page says at its top: the paragraph in a box.
fn boxed<'a>(text: &'a str, begin: &str) -> Option<&'a str> {
    let top = text.split("\n## ").next()?;
    let begin = format!("> **{begin}** ");
    top.lines().find_map(|line| line.strip_prefix(&begin))
}

fn sentences(text: &str) -> usize {
    let text: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
    let ends = text.char_indices().filter(|(_, c)| ['.', '?', '!'].contains(c));
    ends.filter(|(at, _)| text[at + 1..].chars().next().is_none_or(|c| c == ' ')).count()
}

fn pages() -> Vec<(PathBuf, &'static str)> {
    let mut pages = Vec::new();
    for (language, begin) in
        [("en", "For the lesson, this suffices."), ("de", "Für die Stunde genügt das.")]
    {
        for entry in fs::read_dir(root().join("docs").join(language)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            // `performance.md` is written by the bench, from `examples/bench/pages`.
            let others = ["README.md", "SUMMARY.md", "performance.md"];
            if name.ends_with(".md") && !others.contains(&name) {
                pages.push((path, begin));
            }
        }
    }
    pages
}

#[test]
fn each_page_says_at_its_top_what_suffices_for_the_lesson() {
    for (path, begin) in pages() {
        let (text, name) = (read(&path), path.display());
        let boxed = boxed(&text, begin).unwrap_or_else(|| panic!("{name}: no box `{begin}`"));
        let sentences = sentences(boxed);
        assert!((1..=5).contains(&sentences), "{name}: {sentences} sentences in its box");
        assert!(boxed.matches("![").count() <= 1, "{name}: more than one picture in its box");
    }
}

/// The words of a page that somebody reads: neither code nor figures, nor what stands for a picture.
fn words(text: &str) -> usize {
    let mut code = false;
    let prose = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        code ^= fence;
        !code && !fence
    });
    let has_letters = |word: &&str| word.chars().any(char::is_alphabetic);
    prose
        .map(|line| {
            let spoken = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
            if spoken.starts_with("![") {
                return 0;
            }
            // Of a link, only what is shown.
            let mut shown = spoken.split("](");
            let mut text = shown.next().unwrap_or_default().to_string();
            for rest in shown {
                text += rest.split_once(')').map_or(rest, |(_, after)| after);
            }
            text.split_whitespace().filter(has_letters).count()
        })
        .sum()
}

#[test]
fn no_page_is_longer_than_a_lesson() {
    for (path, _) in pages() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let words = words(&read(&path));
        assert!(words <= WORDS || LONG.contains(&name), "{}: {words} words", path.display());
    }
}

#[test]
fn the_tests_of_the_lab_page_see_what_is_wrong() {
    let file = "fn a() {\n    b()?; // why\n    let c = d;\n}\n";
    for right in ["", "1: `fn a() {`", "2: `b()?;`<br>3: `let c …`"] {
        assert_eq!(misquoted(right, file), [""; 0], "{right}");
    }
    for wrong in
        ["2: `fn a() {`", "0: `b()?;`", "9: `b()?;`", "2: `b()`", "`b()?;`", "3: `let d …`"]
    {
        assert_eq!(misquoted(wrong, file).len(), 1, "{wrong}");
    }
    let table = format!("| a | b | `{}` | `{}` |\n| --- | --- | --- | --- |\n", FILES[0], FILES[1]);
    let row = "| 3, 4 | x | 1: `a \\| b` | |\n";
    assert_eq!(rows(&(table + row)), [(vec![3, 4], ["1: `a | b`".to_string(), "".to_string()])]);
    assert_eq!(sentences("One. Two `a. b`, three: 1.5? Four!"), 3);
    assert_eq!(boxed("# T\n\n> **B.** One.\n\n## H\n", "B."), Some("One."));
    assert_eq!(boxed("# T\n\n## H\n\n> **B.** One.\n", "B."), None);
    assert_eq!(words("one `two` [three](four.md)\n```\nfive\n```\n6 seven\n![eight](a.svg)\n"), 3);
}

/// The parts that an exercise names on a line such as `//! Its Rust: docs/en/rust.md, "Loops".`
fn parts_named(text: &str, begin: &str, quotes: [char; 2]) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(begin)).unwrap_or_default();
    let parts = line.split(quotes[0]).skip(1).step_by(if quotes[0] == quotes[1] { 2 } else { 1 });
    parts.map(|part| part.split(quotes[1]).next().unwrap().to_string()).collect()
}

#[test]
fn each_exercise_names_the_parts_of_the_rust_page_that_it_needs() {
    let folder = "examples/exercises/exercises";
    let pages = ["en", "de"].map(|language| read(format!("docs/{language}/rust.md")));
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let (text, name) = (read(&path), path.display());
        let english = parts_named(&text, "//! Its Rust: docs/en/rust.md, ", ['"', '"']);
        let german = parts_named(&text, "//! Das Rust dazu: docs/de/rust.md, ", ['„', '“']);
        assert!(!english.is_empty(), "{name} names no part of rust.md");
        for (page, named) in pages.iter().zip([&english, &german]) {
            let heads: Vec<&str> =
                page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            for part in named {
                assert!(heads.contains(&part.as_str()), "{name}: rust.md has no part {part}");
            }
        }
        assert_eq!(english.len(), german.len(), "{name}");
    }
}
