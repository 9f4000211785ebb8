//! The pages of the book, as the tests read them.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use harness::root;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

pub struct Page {
    /// From the root of the repository: `docs/en/echo.md`.
    pub name: String,
    pub text: String,
}

/// A block of code.
#[derive(Clone)]
pub struct Block<'a> {
    /// The number of its first line.
    pub line: usize,
    /// The last line of text above it.
    pub above: &'a str,
    pub language: String,
    pub code: Vec<&'a str>,
}

impl Page {
    pub fn read(name: impl Into<String>) -> Page {
        let name = name.into();
        let text = fs::read_to_string(root().join(&name))
            .unwrap_or_else(|error| panic!("cannot read {name}: {error}"));
        Page { name, text }
    }

    pub fn folder(&self) -> PathBuf {
        Path::new(&self.name).parent().unwrap().to_path_buf()
    }

    pub fn file(&self) -> &str {
        self.name.rsplit('/').next().unwrap()
    }

    fn events(&self) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    /// The number of the line that this byte is in.
    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        for (event, range) in self.events() {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) = event else {
                continue;
            };
            let above = self.text[..range.start].lines().rfind(|line| !line.trim().is_empty());
            let code = self.text[range.clone()].lines().skip(1);
            blocks.push(Block {
                line: self.line(range.start) + 1,
                above: above.unwrap_or(""),
                language: language.to_string(),
                code: code.take_while(|line| line.trim() != "```").collect(),
            });
        }
        blocks
    }

    pub fn sessions(&self) -> Vec<Block<'_>> {
        self.blocks().into_iter().filter(|block| block.language == "console").collect()
    }

    /// What stands in backticks in its text, with the number of the line.
    pub fn quoted(&self) -> Vec<(usize, String)> {
        let quoted = self.events().filter_map(|(event, range)| match event {
            Event::Code(text) => Some((self.line(range.start), text.to_string())),
            _ => None,
        });
        quoted.collect()
    }

    /// Its links, pictures included: the number of the line, and the target.
    pub fn links(&self) -> Vec<(usize, String)> {
        let links = self.events().filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some((self.line(range.start), dest_url.to_string()))
            }
            _ => None,
        });
        links.collect()
    }

    /// Its headings: level, and the anchor that a forge makes of the words.
    pub fn headings(&self) -> Vec<(usize, String)> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut headings = Vec::new();
        let mut words: Option<String> = None;
        for (event, _) in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => words = Some(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    words.iter_mut().for_each(|words| *words += &text);
                }
                Event::End(TagEnd::Heading(level)) => {
                    let anchor: String = (words.take().unwrap_or_default().to_lowercase().chars())
                        .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c))
                        .map(|c| if c == ' ' { '-' } else { c })
                        .collect();
                    let before = seen.entry(anchor.clone()).or_default();
                    headings.push(match *before {
                        0 => (level as usize, anchor),
                        n => (level as usize, format!("{anchor}-{n}")),
                    });
                    *before += 1;
                }
                _ => {}
            }
        }
        headings
    }

    /// Its tables: the cells of each, row by row.
    pub fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
        for (event, range) in self.events() {
            match event {
                Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    tables.last_mut().unwrap().push(Vec::new());
                }
                Event::Start(Tag::TableCell) => {
                    let cell = self.text[range].trim_matches(['|', ' ']).to_string();
                    tables.last_mut().unwrap().last_mut().unwrap().push(cell);
                }
                _ => {}
            }
        }
        tables
    }
}

/// The names of the files with this extension in a folder of the repository, sorted.
pub fn files_in(folder: &str, extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join(folder))
        .unwrap_or_else(|error| panic!("cannot read {folder}: {error}"))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|is| is == extension))
        .collect();
    names.sort();
    names
}

pub fn pages_in(language: &str) -> Vec<Page> {
    let folder = format!("docs/{language}");
    files_in(&folder, "md").iter().map(|file| Page::read(format!("{folder}/{file}"))).collect()
}

pub fn all() -> Vec<Page> {
    let mut pages = vec![Page::read("README.md")];
    pages.extend(pages_in("en"));
    pages.extend(pages_in("de"));
    pages
}
