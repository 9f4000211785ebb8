//! `lab.md` goes through the lab's page line by line: no line of it is left out, and what is quoted
//! of our two files stands at the line that is named. And each page of the book says at its top what
//! suffices for the lesson, and is not too long.
#![cfg(unix)]

use std::fs;

use book::{Page, files_in, pages_in, root};

/// How many lines the code on the lab's page has, and which of them are blank.
const LINES: usize = 47;
const BLANK: [usize; 7] = [11, 19, 23, 29, 32, 37, 41];

/// The files that the last two columns quote.
const FILES: [&str; 2] = ["examples/server.rs", "examples/echo.rs"];

/// The most words on a page, without its code; and the pages that may have more.
const WORDS: usize = 1500;
const LONG: [&str; 2] = ["faults.md", "teaching.md"];

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table that quotes our files: the lab's lines, and the cells for each file.
fn rows(page: &Page) -> Vec<(Vec<usize>, [String; 2])> {
    let heads = FILES.map(|file| format!("`{file}`"));
    let tables = page.tables().into_iter();
    let table =
        tables.filter(|table| table[0].ends_with(&heads)).flat_map(|table| table.into_iter());
    table
        .skip(1)
        .map(|row| {
            let [lab, _, server, echo] = &row[..] else { panic!("four columns: {row:?}") };
            let lab = lab.split(", ").filter(|number| !number.is_empty());
            let lab = lab.map(|number| number.parse().unwrap()).collect();
            (lab, [server, echo].map(|cell| cell.replace("\\|", "|")))
        })
        .collect()
}

fn lab_pages() -> [Page; 2] {
    ["en", "de"].map(|language| Page::read(format!("docs/{language}/lab.md")))
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
    for page in lab_pages() {
        let mut named: Vec<usize> = rows(&page).into_iter().flat_map(|(lab, _)| lab).collect();
        assert!(named.is_sorted(), "{}: the rows are in the order of the page", page.name);
        named.dedup();
        assert_eq!(named, all, "{}", page.name);
    }
}

#[test]
fn what_is_quoted_of_our_files_stands_at_the_line_that_is_named() {
    let files = FILES.map(read);
    for page in lab_pages() {
        let rows = rows(&page);
        assert!(!rows.is_empty(), "{}: no table", page.name);
        for i in 0..FILES.len() {
            let cells = rows.iter().map(|(_, cells)| &cells[i]);
            let faults: Vec<String> = cells.flat_map(|cell| misquoted(cell, &files[i])).collect();
            assert!(faults.is_empty(), "{}, {}:\n{}", page.name, FILES[i], faults.join("\n"));
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

/// The pages, each with the words that its box begins with.
fn pages() -> Vec<(Page, &'static str)> {
    let begins = [("en", "For the lesson, this suffices."), ("de", "Für die Stunde genügt das.")];
    let others = ["README.md", "SUMMARY.md"];
    let pages = begins.into_iter().flat_map(|(language, begin)| {
        pages_in(language).into_iter().map(move |page| (page, begin))
    });
    pages.filter(|(page, _)| !others.contains(&page.file())).collect()
}

#[test]
fn each_page_says_at_its_top_what_suffices_for_the_lesson() {
    for (page, begin) in pages() {
        let name = &page.name;
        let boxed = boxed(&page.text, begin).unwrap_or_else(|| panic!("{name}: no box `{begin}`"));
        let sentences = sentences(boxed);
        assert!((1..=5).contains(&sentences), "{name}: {sentences} sentences in its box");
        assert!(boxed.matches("![").count() <= 1, "{name}: more than one picture in its box");
    }
}

/// The words of a page that somebody reads: neither code nor figures, nor what stands for a picture.
fn words(text: &str) -> usize {
    let comments =
        text.split("<!--").map(|part| part.split_once("-->").map_or(part, |(_, rest)| rest));
    let text = comments.collect::<String>();
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
    for (page, _) in pages().iter().filter(|(page, _)| !LONG.contains(&page.file())) {
        let words = words(&page.text);
        assert!(words <= WORDS, "{}: {words} words", page.name);
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
    let page = Page { name: "lab.md".into(), text: table + row };
    assert_eq!(rows(&page), [(vec![3, 4], ["1: `a | b`".to_string(), "".to_string()])]);
    assert_eq!(sentences("One. Two `a. b`, three: 1.5? Four!"), 3);
    assert_eq!(boxed("# T\n\n> **B.** One.\n\n## H\n", "B."), Some("One."));
    assert_eq!(boxed("# T\n\n## H\n\n> **B.** One.\n", "B."), None);
    assert_eq!(
        words(
            "one `two` [three](four.md)<!-- nine -->\n```\nfive\n```\n6 seven\n![eight](a.svg)\n"
        ),
        3
    );
}

/// The parts that an exercise names on a line such as `//! Its Rust: ../../docs/en/rust.md, "Loops".`
fn parts_named(text: &str, begin: &str, quotes: [char; 2]) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(begin)).unwrap_or_default();
    let parts = line.split(quotes[0]).skip(1).step_by(if quotes[0] == quotes[1] { 2 } else { 1 });
    parts.map(|part| part.split(quotes[1]).next().unwrap().to_string()).collect()
}

#[test]
fn each_exercise_names_the_parts_of_the_rust_page_that_it_needs() {
    let folder = "examples/exercises/exercises";
    for file in files_in(folder, "rs") {
        let text = read(&format!("{folder}/{file}"));
        let named = [
            ("en", parts_named(&text, "//! Its Rust: ../../docs/en/rust.md, ", ['"', '"'])),
            ("de", parts_named(&text, "//! Rust dazu: ../../docs/de/rust.md, ", ['„', '“'])),
        ];
        assert!(!named[0].1.is_empty(), "{file} names no part of rust.md");
        assert_eq!(named[0].1.len(), named[1].1.len(), "{file}");
        for (language, parts) in named {
            let page = read(&format!("docs/{language}/rust.md"));
            for part in parts {
                let there = page.lines().any(|line| line.strip_prefix("## ") == Some(&part));
                assert!(there, "{file}: docs/{language}/rust.md has no part {part}");
            }
        }
    }
}
