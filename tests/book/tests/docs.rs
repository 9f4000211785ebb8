//! The pages are true to the code, and the two books to each other. Their console sessions are run
//! by `sessions.rs` beside this.
//!
//! Above each block of Rust, a line names the file that it is from: `` `examples/echo.rs`: ``. Above
//! each diff, two: `` `examples/echo.rs` → `examples/gensocket.rs`: ``.
#![cfg(unix)]

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use book::{Block, Page, all, files_in, pages_in, root};

/// What stands in backticks like a name of code, and is in no code here: names of Python, of other
/// libraries and of the system, and words that people type and programs print.
const FOREIGN: &[&str] = &[
    "AlreadyExists",
    "BrokenPipeError",
    "CARGO_HOME",
    "Compiling",
    "ConnectionResetError",
    "Finished",
    "GeneratorExit",
    "Hel",
    "Host",
    "IndexError",
    "JoinHandle",
    "Origin",
    "Running",
    "StopIteration",
    "block_on",
    "current_thread",
    "epoll_pwait",
    "spawn_blocking",
    "start_server",
];

/// Files that pages name and that are not ours: the lab's, and those that a command writes.
const FOREIGN_FILES: &[&str] = &[
    "server.py",
    "class-list.csv",
    "class-list.md",
    ".cargo/config.toml",
    "07_run.html",
    "target/en/index.html",
];

/// The words of a line that stand in backticks.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Whether `code` stands in the file, in one piece.
fn stands_in(path: &str, code: &[&str]) -> bool {
    let text = read(path);
    let lines: Vec<&str> = text.lines().collect();
    !code.is_empty() && lines.windows(code.len()).any(|window| window == code)
}

#[test]
fn what_a_page_shows_stands_in_the_file_that_it_names() {
    for page in all() {
        let name = &page.name;
        for Block { line, above, language, code } in page.blocks() {
            let text = code.join("\n");
            match (language.as_str(), quoted(above).as_slice()) {
                ("rust", [path]) => {
                    assert_eq!(above, format!("`{path}`:"), "{name}:{line}");
                    assert!(stands_in(path, &code), "{name}:{line}: not in {path}:\n{text}");
                }
                ("diff", [before, after]) => {
                    assert_eq!(above, format!("`{before}` → `{after}`:"), "{name}:{line}");
                    for (path, other) in [(before, '+'), (after, '-')] {
                        let side: Vec<&str> = code
                            .iter()
                            .filter(|line| !line.starts_with(other))
                            .map(|line| line.get(1..).unwrap_or(""))
                            .collect();
                        assert!(stands_in(path, &side), "{name}:{line}: not in {path}:\n{text}");
                    }
                }
                ("rust" | "diff", _) => {
                    panic!("{name}:{line}: the line above does not say whence:\n{text}")
                }
                ("console" | "sh" | "text" | "toml", _) => (),
                (other, _) => panic!("{name}:{line}: a block of {other:?} is held by no test"),
            }
        }
    }
}

/// `docs/en/../../src/lib.rs` is `src/lib.rs`.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(straight.pop(), "{} leads out", path.display()),
            part => straight.push(part),
        }
    }
    straight
}

/// The file that a link leads to, from the root, and the anchor in it. `None` for another site.
fn target(page: &Page, link: &str) -> Option<(PathBuf, Option<String>)> {
    if link.starts_with("https://") || link.starts_with("http://localhost") {
        return None;
    }
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_string())),
        None => (link, None),
    };
    let path = match path {
        "" => PathBuf::from(&page.name),
        path => straight(&page.folder().join(path)),
    };
    Some((path, anchor))
}

fn with_the_others() -> Vec<Page> {
    let mut pages = all();
    pages.push(Page::read("examples/exercises/README.md"));
    pages.extend(["CONTRIBUTING", "CHANGELOG"].map(|name| Page::read(format!("docs/{name}.md"))));
    pages
}

/// What is wrong with a link of a page, if anything.
fn dead(page: &Page, link: &str) -> Option<String> {
    let (path, anchor) = target(page, link)?;
    if !root().join(&path).exists() {
        return Some(format!("there is no {link}"));
    }
    let anchor = anchor?;
    if path.extension().is_none_or(|extension| extension != "md") {
        return Some(format!("{link}: lines of code move"));
    }
    let there = Page::read(path.to_str().unwrap());
    let found = there.headings().iter().any(|(_, heading)| *heading == anchor);
    (!found).then(|| format!("{} has no heading #{anchor}", there.name))
}

#[test]
fn where_a_page_leads_to_there_is_something() {
    let mut faults = Vec::new();
    for page in with_the_others() {
        for (number, link) in page.links() {
            let dead = dead(&page, &link).into_iter();
            faults.extend(dead.map(|why| format!("{}:{number}: {why}", page.name)));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_readme_shows_and_leads_to_is_in_the_packed_crate() {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut list = std::process::Command::new(cargo);
    list.args(["package", "--list", "--allow-dirty", "-p", "genlab"]).current_dir(root());
    let output = list.output().unwrap();
    let packed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let readme = Page::read("README.md");
    for (number, link) in readme.links() {
        if let Some((path, _)) = target(&readme, &link) {
            let there = packed.lines().any(|file| Path::new(file) == path);
            assert!(there, "README.md:{number}: {link} is not in the crate");
        }
    }
}

/// All files of the repository that may be named: their paths from the root.
fn files() -> Vec<String> {
    fn look(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if !entry.file_type().unwrap().is_dir() {
                found.push(path.to_str().unwrap().to_string());
            } else if entry.file_name() != "target" && entry.file_name() != ".git" {
                look(&path, found);
            }
        }
    }
    let mut found = Vec::new();
    look(Path::new(""), &mut found);
    found
}

#[test]
fn the_files_that_a_page_names_exist() {
    let files = files();
    let endings = [".rs", ".md", ".toml", ".json", ".svg", ".png", ".py", ".html", ".js", ".css"];
    let folders = ["src/", "examples/", "tests/", "docs/", ".ci/"];
    for page in with_the_others() {
        for (number, path) in page.quoted() {
            let path = path.as_str();
            let is_path = !path.contains([' ', '*', '…', '(', '<', '~'])
                && (folders.iter().any(|folder| path.starts_with(folder))
                    || endings.iter().any(|end| path.ends_with(end)));
            let at_its_end = format!("/{path}");
            let exists = root().join(path).exists()
                || root().join(page.folder()).join(path).exists()
                || files.iter().any(|file| file.ends_with(&at_its_end));
            assert!(
                !is_path || exists || FOREIGN_FILES.contains(&path),
                "{}:{number}: there is no {path}",
                page.name
            );
        }
    }
}

#[test]
fn the_programs_and_tests_that_a_page_starts_exist() {
    let files = files();
    let kinds = [
        ("--example", ["examples/NAME.rs", "examples/NAME/main.rs"]),
        ("--bin", ["/src/bin/NAME.rs", "/exercises/exercises/NAME.rs"]),
        ("--test", ["tests/NAME.rs", "/tests/NAME.rs"]),
    ];
    for page in with_the_others() {
        for (number, line) in page.text.lines().enumerate() {
            let words: Vec<&str> = line.split([' ', '`', '"', ')', ';', ',']).collect();
            // `cargo test --bin` alone is only named.
            for pair in words.windows(2).filter(|pair| pair[1].starts_with(is_word)) {
                let Some((_, places)) = kinds.iter().find(|(option, _)| *option == pair[0]) else {
                    continue;
                };
                let exists = places.iter().any(|place| {
                    let file = place.replace("NAME", pair[1]);
                    files.iter().any(|path| path.ends_with(&file))
                });
                assert!(exists, "{}:{}: there is no {}", page.name, number + 1, pair.join(" "));
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of the code that the compiler has seen: each name among them is one of ours, or one
/// that we use.
fn words_of_code() -> HashSet<String> {
    let code = |file: &String| {
        file.ends_with(".rs")
            && ["src/", "examples/", "tests/"].iter().any(|at| file.starts_with(at))
    };
    let mut words = HashSet::new();
    // Not this file: what it says is foreign would then be ours.
    for file in files().iter().filter(|file| code(file) && *file != "tests/book/tests/docs.rs") {
        for line in read(file).lines() {
            let line = line.split("//").next().unwrap();
            words.extend(line.split(|c| !is_word(c)).map(str::to_string));
        }
    }
    words
}

/// What `src` defines: for each type the names that follow its `::`.
fn members() -> HashMap<String, HashSet<String>> {
    let mut members: HashMap<String, HashSet<String>> = HashMap::new();
    for file in files_in("src", "rs") {
        let mut inside = None;
        for line in read(format!("src/{file}")).lines() {
            let code = line.split("//").next().unwrap().trim_end();
            let words: Vec<&str> = code.split(|c| !is_word(c)).filter(|w| !w.is_empty()).collect();
            let after = |word| words.iter().position(|w| *w == word).and_then(|i| words.get(i + 1));
            let indented = code.starts_with(' ');
            let mut item = words.iter().skip_while(|word| ["pub", "crate"].contains(word));
            let kind = item.next().copied().unwrap_or_default();
            if let Some(name) =
                item.next().filter(|_| ["struct", "enum", "trait", "type"].contains(&kind))
            {
                members.entry(name.to_string()).or_default();
                inside = (kind == "enum" && !indented).then(|| (name.to_string(), true));
            } else if code.starts_with("impl") {
                let generics = code.find("> ").filter(|_| code.starts_with("impl<"));
                let rest = &code[generics.map_or(4, |at| at + 1)..];
                let name = rest.split(" for ").last().unwrap().trim_start();
                let name = name.split(|c| !is_word(c)).next().unwrap();
                inside = Some((name.to_string(), false));
            } else if code == "}" {
                inside = None;
            } else if let Some((name, is_enum)) = &inside {
                let variant = words.first().filter(|_| *is_enum);
                if let Some(member) = after("fn").or(after("const")).or(variant) {
                    members.entry(name.clone()).or_default().insert(member.to_string());
                }
            }
        }
    }
    members
}

/// What is wrong with the names in backticks, if anything.
fn odd_names(
    span: &str,
    code: &HashSet<String>,
    members: &HashMap<String, HashSet<String>>,
) -> Vec<String> {
    let mut odd = Vec::new();
    // `Tasks::new`, wherever it stands in what is quoted.
    for (before, after) in span.match_indices("::").map(|(i, _)| span.split_at(i)) {
        let of = before.rsplit(|c| !is_word(c)).next().unwrap();
        let member = after[2..].split(|c| !is_word(c)).next().unwrap();
        if members.get(of).is_some_and(|members| !members.contains(member)) {
            odd.push(format!("{of} has no {member}"));
        }
    }
    // `Tasks`, `recv_wait`, `accept(…)`, `task.resume()`, `RefCell::borrow`.
    let head = span.split(['(', '<']).next().unwrap();
    if !head.chars().all(|c| is_word(c) || ".:&!".contains(c)) {
        return odd;
    }
    let called = span[head.len()..].starts_with('(').then(|| head.trim_end_matches('!'));
    for name in head.split(|c| !is_word(c)).filter(|name| !name.is_empty()) {
        let camel = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.contains(|c: char| c.is_ascii_lowercase());
        let snake = name.contains('_') && !name.starts_with(|c: char| c.is_ascii_digit());
        let last = called.is_some_and(|head| head.ends_with(name));
        let known = code.contains(name) || FOREIGN.contains(&name);
        if (camel || snake || last) && !known {
            odd.push(format!(
                "{name} is neither in the code nor in FOREIGN of tests/book/tests/docs.rs"
            ));
        }
    }
    odd
}

#[test]
fn the_items_that_a_page_names_exist() {
    let (code, members) = (words_of_code(), members());
    let mut faults = Vec::new();
    for page in with_the_others() {
        for (number, span) in page.quoted() {
            let odd = odd_names(&span, &code, &members).into_iter();
            faults.extend(odd.map(|odd| format!("{}:{number}: `{span}`: {odd}", page.name)));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The links of a page as far as they must be the same in both languages.
fn targets(page: &Page) -> Vec<String> {
    let mut targets: Vec<String> = page
        .links()
        .into_iter()
        .map(|(_, link)| match target(page, &link) {
            None => link,
            Some((path, anchor)) => {
                // The words of a heading differ; which heading it is does not.
                let nth = anchor.map(|anchor| {
                    let headings = Page::read(path.to_str().unwrap()).headings();
                    headings.iter().position(|(_, heading)| *heading == anchor)
                });
                let path = path.to_str().unwrap().replace("docs/de/", "docs/en/");
                format!("{path} {nth:?}")
            }
        })
        .collect();
    targets.sort();
    targets
}

#[test]
fn the_two_books_have_the_same_pages_headings_code_sessions_and_links() {
    assert_eq!(files_in("docs/en", "md"), files_in("docs/de", "md"));
    for (english, german) in pages_in("en").iter().zip(&pages_in("de")) {
        let names = format!("{} and {}", english.name, german.name);
        let levels =
            |page: &Page| page.headings().iter().map(|(level, _)| *level).collect::<Vec<_>>();
        assert_eq!(levels(english), levels(german), "{names}: the levels of the headings");
        let blocks = |page: &Page| -> Vec<String> {
            let held = |block: &Block| ["rust", "diff"].contains(&block.language.as_str());
            let blocks = page.blocks().into_iter();
            blocks
                .map(|block| {
                    let above = if held(&block) { block.above } else { "" };
                    format!("{above}\n{}\n{}", block.language, block.code.join("\n"))
                })
                .collect()
        };
        let (blocks_en, blocks_de) = (blocks(english), blocks(german));
        for (block_en, block_de) in blocks_en.iter().zip(&blocks_de) {
            assert!(block_en == block_de, "{names}:\n{block_en}\n--- but:\n{block_de}");
        }
        assert_eq!(blocks_en.len(), blocks_de.len(), "{names}: the number of blocks");
        assert_eq!(targets(english), targets(german), "{names}: where the links lead to");
        let folded = |page: &Page| page.text.matches("<details>").count();
        assert_eq!(folded(english), folded(german), "{names}: what is folded");
    }
}

/// The programs in the order in which they are read: each is a step from the one before.
const LADDER: [&str; 6] = ["generator", "multitask", "server", "echo", "yieldfrom", "gensocket"];

#[test]
fn the_ladder_of_programs_is_the_same_everywhere() {
    let ladder = LADDER.map(|name| format!("examples/{name}.rs"));
    for file in ["README.md", "src/lib.rs", "docs/en/README.md", "docs/de/README.md"] {
        let text = read(file);
        let (_, after) = text
            .split_once(&format!("`{}`", ladder[0]))
            .unwrap_or_else(|| panic!("{file}: no ladder"));
        // Up to the end of its paragraph or of its item in a list.
        let end = ["\n\n", "\n//!\n", "\n- "].iter().filter_map(|end| after.find(end)).min();
        let named =
            quoted(&after[..end.unwrap()]).into_iter().filter(|name| name.contains("examples/"));
        assert_eq!(named.collect::<Vec<_>>(), ladder[1..].iter().collect::<Vec<_>>(), "{file}");
    }
    // Each names the next one, up to the one that has a diff to the next page.
    for pair in LADDER.windows(2) {
        let head = read(format!("examples/{}.rs", pair[0]));
        let head = head.split("\n\n").next().unwrap();
        assert!(head.contains(pair[1]), "examples/{}.rs does not name {}", pair[0], pair[1]);
    }
}

#[test]
fn the_tables_of_the_two_books_have_the_same_shape_and_figures() {
    for (english, german) in pages_in("en").iter().zip(&pages_in("de")) {
        let names = format!("{} and {}", english.name, german.name);
        let (english_tables, german_tables) = (english.tables(), german.tables());
        assert_eq!(english_tables.len(), german_tables.len(), "{names}: the number of tables");
        for (here, there) in english_tables.iter().zip(&german_tables) {
            let shape = |table: &[Vec<String>]| table.iter().map(Vec::len).collect::<Vec<_>>();
            assert_eq!(shape(here), shape(there), "{names}: the cells of the rows, {:?}", here[0]);
            if english.file() == "glossary.md" {
                continue; // each is sorted by its own words
            }
            for (here, there) in here.iter().flatten().zip(there.iter().flatten()) {
                // A figure alone in its cell: 0.54, in German 0,54.
                let figure = |cell: &str, point| cell.replace(point, "").parse::<u64>().ok();
                assert_eq!(figure(here, '.'), figure(there, ','), "{names}: {here} and {there}");
            }
        }
    }
}

/// What is on the handout and on no other page of its language, paragraph by paragraph.
fn only_on_the_handout(handout: &Page, others: &[Page]) -> Vec<String> {
    let parts = handout.text.trim().split("\n\n").filter(|part| !part.starts_with('#'));
    let elsewhere = |part: &str| {
        let ended = format!("{part}\n");
        others.iter().any(|page| page.file() != handout.file() && page.text.contains(&ended))
    };
    parts.filter(|part| !elsewhere(part)).map(str::to_string).collect()
}

#[test]
fn the_handout_consists_of_parts_of_the_pages() {
    for language in ["en", "de"] {
        let handout = Page::read(format!("docs/{language}/handout.md"));
        let odd = only_on_the_handout(&handout, &pages_in(language));
        assert!(odd.is_empty(), "{}: on no other page:\n{}", handout.name, odd.join("\n"));
    }
    assert_eq!(read("docs/en/book.css"), read("docs/de/book.css"));
}

/// The pages that SUMMARY.md lists, in its order.
fn contents(language: &str) -> Vec<String> {
    let page = Page::read(format!("docs/{language}/SUMMARY.md"));
    page.links().into_iter().map(|(_, link)| link).collect()
}

#[test]
fn each_page_ends_with_three_questions_and_leads_to_the_next() {
    for (language, heading, answer, next) in [
        ("en", "## Three questions", "Answer", "Next"),
        ("de", "## Drei Fragen", "Antwort", "Weiter"),
    ] {
        let contents = contents(language);
        for page in pages_in(language) {
            let name = &page.name;
            let open = format!("<details><summary>{answer}</summary>\n\n");
            let folded = page.text.matches("<details>").count();
            assert_eq!(page.text.matches(&open).count(), folded, "{name}: {open}");
            assert_eq!(page.text.matches("\n\n</details>").count(), folded, "{name}: </details>");
            if ["README.md", "SUMMARY.md", "glossary.md", "handout.md"].contains(&page.file()) {
                continue;
            }
            let (_, end) = page
                .text
                .split_once(&format!("\n{heading}\n"))
                .unwrap_or_else(|| panic!("{name} has no heading {heading}"));
            assert_eq!(end.matches("<details>").count(), 3, "{name}: how many questions");
            assert!(!end.contains("\n#"), "{name}: the questions are the last part");
            let at = contents.iter().position(|file| file == page.file());
            let after = &contents[at.unwrap_or_else(|| panic!("{name} is not in SUMMARY.md")) + 1];
            let last = page.text.trim_end().lines().last().unwrap();
            let leads =
                last.starts_with(&format!("{next}: [")) && last.ends_with(&format!("]({after})"));
            assert!(leads, "{name}: the last line leads to {after}, not: {last}");
        }
    }
}

#[test]
fn the_tables_of_contents_are_complete() {
    for language in ["en", "de"] {
        let contents = contents(language);
        assert_eq!(contents[0], "README.md");
        let listed: BTreeSet<&str> = contents.iter().map(String::as_str).collect();
        assert_eq!(listed.len(), contents.len(), "{language}: SUMMARY.md lists a page twice");
        let pages = files_in(&format!("docs/{language}"), "md");
        let mut pages: BTreeSet<&str> = pages.iter().map(String::as_str).collect();
        pages.remove("SUMMARY.md");
        assert_eq!(listed, pages, "docs/{language}/SUMMARY.md, and the pages that there are");

        let index = Page::read(format!("docs/{language}/README.md"));
        let links: Vec<String> = index.links().into_iter().map(|(_, link)| link).collect();
        let here = |link: &&String| link.ends_with(".md") && !link.contains('/');
        let mut indexed: BTreeSet<&str> = links.iter().filter(here).map(String::as_str).collect();
        indexed.insert("README.md");
        assert_eq!(indexed, pages, "docs/{language}/README.md, and the pages that there are");

        let summary = Page::read(format!("docs/{language}/SUMMARY.md")).text;
        for file in &contents {
            let page = Page::read(format!("docs/{language}/{file}"));
            let title = page.text.lines().next().unwrap().trim_start_matches("# ");
            let entry = format!("[{title}]({file})");
            assert!(summary.contains(&entry), "docs/{language}/SUMMARY.md does not say {entry}");
        }

        let front = Page::read("README.md");
        let book = format!("docs/{language}/README.md");
        assert!(front.text.contains(&format!("]({book})")), "README.md does not lead to {book}");
    }
}

#[test]
fn the_glossaries_are_one_and_each_is_sorted() {
    let terms = |language: &str| -> Vec<(String, String)> {
        let page = Page::read(format!("docs/{language}/glossary.md"));
        let rows = page.tables().remove(0).into_iter().skip(1);
        rows.map(|row| (row[0].clone(), row[1].clone())).collect()
    };
    let (english, mut german) = (terms("en"), terms("de"));
    for terms in [&english, &german] {
        let plain =
            |text: &str| text.to_lowercase().replace('ä', "a").replace('ö', "o").replace('ü', "u");
        for pair in terms.windows(2) {
            assert!(plain(&pair[0].0) <= plain(&pair[1].0), "{:?} before {:?}", pair[0], pair[1]);
        }
    }
    german.iter_mut().for_each(|(term, other)| std::mem::swap(term, other));
    german.sort();
    let mut sorted = english.clone();
    sorted.sort();
    assert_eq!(sorted, german);
}

#[test]
fn each_term_of_the_glossary_is_on_the_page_that_it_names() {
    let glossary = Page::read("docs/en/glossary.md");
    for row in glossary.text.lines().filter(|line| line.starts_with("| ")).skip(2) {
        let (term, rest) = row[2..].split_once(" | ").unwrap();
        let page = rest.rsplit_once("](").unwrap().1.trim_end_matches(") |");
        let text = Page::read(format!("docs/en/{page}")).text.to_lowercase();
        assert!(
            text.contains(term.to_lowercase().trim_end_matches("ing")),
            "{page} does not say '{term}'"
        );
    }
}

#[test]
fn the_library_names_the_pages_of_the_book() {
    let lib = read("src/lib.rs");
    for page in contents("en").iter().filter(|page| *page != "README.md") {
        assert!(lib.contains(&format!("`{page}`")), "src/lib.rs does not name {page}");
    }
}

/// What is wrong with an SVG, if anything.
fn malformed(text: &str) -> Option<String> {
    roxmltree::Document::parse(text).err().map(|error| error.to_string())
}

#[test]
fn the_pictures_are_the_same_in_both_books_and_say_what_they_show() {
    assert_eq!(files_in("docs/en", "svg"), files_in("docs/de", "svg"));
    for language in ["en", "de"] {
        let shown: Vec<PathBuf> = pages_in(language)
            .iter()
            .flat_map(|page| page.links().into_iter().filter_map(|(_, link)| target(page, &link)))
            .map(|(path, _)| path)
            .collect();
        for file in files_in(&format!("docs/{language}"), "svg") {
            let name = format!("docs/{language}/{file}");
            let text = read(&name);
            assert_eq!(malformed(&text), None, "{name}");
            for part in ["<svg ", "viewBox=", "<title", "<desc"] {
                assert!(text.contains(part), "{name} has no {part}");
            }
            assert!(text.len() < 20_000, "{name} has {} bytes", text.len());
            let outside = text.replace("http://www.w3.org/", "").contains("http");
            assert!(!outside, "{name} needs something from outside");
            assert!(shown.contains(&PathBuf::from(&name)), "no page shows {name}");
        }
    }
}

#[test]
fn the_tests_of_the_pages_see_what_is_wrong() {
    let page = |text: &str| Page { name: "docs/en/page.md".into(), text: text.into() };
    let page = page("# `poll`, and so on!\n## Größe\n## Größe\n[a](x.md#y) `[b](z)` ![c](d.svg)\n");
    let anchors: Vec<String> = page.headings().into_iter().map(|(_, anchor)| anchor).collect();
    assert_eq!(anchors, ["poll-and-so-on", "größe", "größe-1"]);
    assert_eq!(page.links(), [(4, "x.md#y".to_string()), (4, "d.svg".to_string())]);
    assert_eq!(dead(&page, "../../src/lib.rs"), None);
    assert_eq!(dead(&page, "teaching.md#the-exercises"), None);
    assert_eq!(dead(&page, "https://example.org"), None);
    for link in
        ["../../src/lab.rs", "nowhere.md", "teaching.md#no-exercises", "../../src/lib.rs#L1"]
    {
        assert!(dead(&page, link).is_some(), "{link}");
    }
    let here = |name: &str, text: &str| Page { name: name.into(), text: text.into() };
    let handout = here("docs/en/handout.md", "# Handout\n\nAll\n\nof it.\n");
    let other = here("docs/en/page.md", "> **Box.** All\nof it.\n");
    assert_eq!(only_on_the_handout(&handout, &[other]), [""; 0]);
    let other = here("docs/en/page.md", "Allow it.\n");
    assert_eq!(only_on_the_handout(&handout, &[other]), ["All", "of it."]);
    let (code, members) = (words_of_code(), members());
    let odd = |span| odd_names(span, &code, &members);
    for named in [
        "Task",
        "run",
        "GenSocket::recv",
        "Op::Recv",
        "&recv_wait",
        "accept(&co, …)",
        "print",
        "let tasks = Tasks::new()",
        "task.resume()",
        "RefCell",
        "println!(…)",
        "Hello, Foo",
    ] {
        assert_eq!(odd(named), [""; 0], "{named}");
    }
    for named in [
        "Tusk",
        "GenSocket::receive",
        "Op::Accept",
        "recv_weit",
        "acept(&co)",
        "task.resummon()",
        "let tasks = Tasks::make()",
    ] {
        assert!(!odd(named).is_empty(), "{named}");
    }
    assert_eq!(malformed("<?xml?><svg a='>'><!-- <b> --><g/>a &lt; b</svg>"), None);
    for odd in ["<svg><g></svg>", "<svg>", "<svg", "<svg>a & b</svg>", "<svg></g></svg>"] {
        assert!(malformed(odd).is_some(), "{odd}");
    }
}
