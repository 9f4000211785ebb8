//! The pages of the book, as the tests read them.

use std::fs;
use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

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
    pub language: &'a str,
    pub code: Vec<&'a str>,
}

/// A line outside of the blocks, with its number.
pub type Line<'a> = (usize, &'a str);

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

    /// Its blocks of code, and the lines outside of them.
    pub fn parts(&self) -> (Vec<Block<'_>>, Vec<Line<'_>>) {
        let (mut blocks, mut prose) = (Vec::new(), Vec::<Line>::new());
        let mut lines = self.text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            match line.trim_start().strip_prefix("```") {
                Some(language) => {
                    let above = prose.iter().rev().find(|(_, line)| !line.trim().is_empty());
                    let code = lines
                        .by_ref()
                        .map(|(_, line)| line)
                        .take_while(|line| line.trim() != "```")
                        .collect();
                    let above = above.map_or("", |(_, line)| line);
                    blocks.push(Block { line: at + 2, above, language, code });
                }
                None => prose.push((at + 1, line)),
            }
        }
        (blocks, prose)
    }

    pub fn sessions(&self) -> Vec<Block<'_>> {
        self.parts().0.into_iter().filter(|block| block.language == "console").collect()
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
