//! The pages are true to the code: what they show stands in it, letter for letter.
//!
//! Above each block of Rust, a line names the file that it is from: `` `examples/echo.rs`: ``. Above
//! each diff, two: `` `examples/echo.rs` → `examples/gensocket.rs`: ``.

use std::fs;
use std::path::{Path, PathBuf};

struct Page {
    path: PathBuf,
    text: String,
}

/// A block of code: the line above it, its language, its lines.
struct Block<'a> {
    above: &'a str,
    language: &'a str,
    code: Vec<&'a str>,
}

impl Page {
    fn read(path: PathBuf) -> Page {
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        Page { path, text }
    }

    /// Its blocks of code, and the lines outside of them.
    fn parts(&self) -> (Vec<Block<'_>>, Vec<&str>) {
        let (mut blocks, mut prose) = (Vec::new(), Vec::new());
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            match line.trim_start().strip_prefix("```") {
                Some(language) => {
                    let above = prose.iter().rev().find(|line: &&&str| !line.trim().is_empty());
                    let code = lines.by_ref().take_while(|line| line.trim() != "```").collect();
                    blocks.push(Block { above: above.unwrap_or(&""), language, code });
                }
                None => prose.push(line),
            }
        }
        (blocks, prose)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages_in(language: &str) -> Vec<Page> {
    let folder = root().join("docs").join(language);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

fn all() -> Vec<Page> {
    let mut pages = vec![Page::read(root().join("README.md"))];
    pages.extend(pages_in("en"));
    pages.extend(pages_in("de"));
    pages
}

/// The words of a line that stand in backticks.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// Whether `code` stands in the file, in one piece.
fn stands_in(path: &str, code: &[&str]) -> bool {
    let text = fs::read_to_string(root().join(path)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    !code.is_empty() && lines.windows(code.len()).any(|window| window == code)
}

#[test]
fn what_a_page_shows_stands_in_the_file_that_it_names() {
    for page in all() {
        let name = page.path.display();
        for Block { above, language, code } in page.parts().0 {
            let text = code.join("\n");
            match (language, quoted(above).as_slice()) {
                ("rust", [path]) => {
                    assert_eq!(above, format!("`{path}`:"), "{name}");
                    assert!(stands_in(path, &code), "{name}: not in {path}:\n{text}");
                }
                ("diff", [before, after]) => {
                    assert_eq!(above, format!("`{before}` → `{after}`:"), "{name}");
                    for (path, other) in [(before, '+'), (after, '-')] {
                        let side: Vec<&str> = code
                            .iter()
                            .filter(|line| !line.starts_with(other))
                            .map(|line| line.get(1..).unwrap_or(""))
                            .collect();
                        assert!(stands_in(path, &side), "{name}: not in {path}:\n{text}");
                    }
                }
                ("rust" | "diff", _) => {
                    panic!("{name}: the line above does not say whence:\n{text}")
                }
                _ => (),
            }
        }
    }
}

#[test]
fn english_and_german_have_the_same_headings_and_the_same_code() {
    let (english, german) = (pages_in("en"), pages_in("de"));
    let names = |pages: &[Page]| -> Vec<_> {
        pages.iter().map(|page| page.path.file_name().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&english), names(&german));
    for (english, german) in english.iter().zip(&german) {
        let shape = |page: &Page| {
            let (blocks, prose) = page.parts();
            let headings: Vec<usize> = prose
                .iter()
                .filter(|line| line.starts_with('#'))
                .map(|line| line.find(' ').unwrap())
                .collect();
            let code: Vec<String> = blocks
                .iter()
                .filter(|block| matches!(block.language, "rust" | "diff"))
                .map(|block| format!("{}\n{}", block.above, block.code.join("\n")))
                .collect();
            (headings, code, blocks.len())
        };
        assert!(shape(english) == shape(german), "{} differs", german.path.display());
    }
}

#[test]
fn what_a_page_leads_to_exists() {
    for page in all() {
        let folder = page.path.parent().unwrap();
        for line in page.parts().1 {
            for link in line.split("](").skip(1) {
                let target = link.split([')', '#']).next().unwrap();
                let exists = target.starts_with("http") || folder.join(target).exists();
                assert!(exists, "{}: there is no {target}", page.path.display());
            }
            for path in quoted(line) {
                let ours = ["src/", "examples/", "tests/"].iter().any(|at| path.starts_with(at));
                let exists = !ours || path.contains([' ', '*']) || root().join(path).exists();
                assert!(exists, "{}: there is no {path}", page.path.display());
            }
        }
    }
}
