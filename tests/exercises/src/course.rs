//! The exercises as they lie in `examples/exercises`.

use std::fs;
use std::path::{Path, PathBuf};

/// How the line begins that parts what a student writes from the tests.
const LINE: &str = "// ==== The tests.";

/// The root of the repository. Asked of cargo first: a program that was built in another copy
/// remembers that one.
pub fn root() -> PathBuf {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).join("../..").canonicalize().expect("the repository")
}

/// Where the exercises are.
pub fn project() -> PathBuf {
    root().join("examples/exercises")
}

/// One exercise: its name, and its file in two parts.
#[derive(Clone, Debug)]
pub struct Exercise {
    pub name: String,
    /// What the student finds and changes.
    pub starter: String,
    /// From the line down: `main` and the tests.
    pub tests: String,
}

impl Exercise {
    /// How many tests it has.
    pub fn count(&self) -> usize {
        self.tests.matches("#[test]\n").count()
    }

    /// Anybody's part, with the tests of the original.
    pub fn with(&self, part: &str) -> String {
        format!("{}\n\n{}", part.trim_end(), self.tests)
    }
}

/// All exercises, in their order.
pub fn exercises() -> Vec<Exercise> {
    let folder = project().join("exercises");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of the exercises")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".rs").map(String::from))
        .collect();
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(folder.join(format!("{name}.rs"))).expect("an exercise");
        let (starter, tests) = cut(&text);
        let (starter, tests) = (starter.to_string(), tests.to_string());
        assert!(!tests.is_empty(), "{name} has no line `{LINE} …`");
        Exercise { name, starter, tests }
    };
    names.into_iter().map(read).collect()
}

/// What to say where a teacher has solved exercises in the repository: these are no starters.
pub fn not_original(solved: &[&str]) -> String {
    format!(
        "solved in examples/exercises/exercises: {}; to put the originals back, and lose what you \
         wrote there: git checkout examples/exercises/exercises",
        solved.join(", ")
    )
}

/// Cuts a file at the line. Without one, at `main` or at the tests, whichever comes first.
pub fn cut(text: &str) -> (&str, &str) {
    let at_line = |start: &str| {
        let inside = text.find(&format!("\n{start}")).map(|i| i + 1);
        if text.starts_with(start) { Some(0) } else { inside }
    };
    let end = at_line(LINE)
        .or_else(|| at_line("fn main()").into_iter().chain(at_line("#[cfg(test)]")).min())
        .unwrap_or(text.len());
    text.split_at(end)
}
