//! The exercises as they lie in `examples/exercises`.

use std::fs;
use std::path::PathBuf;

/// How the line begins that parts what a student writes from the tests, in either language.
const LINES: [&str; 2] = ["// ==== The tests.", "// ==== Die Tests."];

pub use harness::root;

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

    /// The file as it is handed out: the text at its top, the code and the tests in one language.
    pub fn in_language(&self, language: &str) -> String {
        let lines: Vec<_> = self.starter.lines().collect();
        let end = lines.iter().take_while(|line| line.starts_with("//!")).count();
        let part = [
            half_of(lines[0], language),
            lines[1].to_string(),
            half(&lines[2..end].join("\n"), language),
            code_in(&lines[end..].join("\n"), language),
        ];
        let tests = self.tests.lines().map(|line| half_of(line, language) + "\n");
        format!("{}\n\n{}", part.join("\n").trim_end(), tests.collect::<String>())
    }
}

/// Keeps the first half (English), the second (German), or both of each text that has two, with a line
/// between them.
pub fn half(text: &str, language: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let Some(between) = lines.iter().position(|line| ["---", "//! ---"].contains(line)) else {
        return text.into();
    };
    // An empty line stands on each side of the line between.
    let kept = match language {
        "en" => &lines[..between - 1],
        "de" => &lines[(between + 2).min(lines.len())..],
        _ => &lines,
    };
    kept.join("\n")
}

/// The same for a line that says something in English ` / ` in German: a title, or a comment behind code.
fn half_of(line: &str, language: &str) -> String {
    let begins = ["//! # ", "// ==== ", "// "].into_iter().find_map(|sign| {
        let at = line.find(sign)? + sign.len();
        Some(line.split_at(at))
    });
    let Some((code, (english, german))) =
        begins.and_then(|(code, words)| Some((code, words.split_once(" / ")?)))
    else {
        return line.into();
    };
    // What stands before a title is its number, and behind the line above the tests are more signs.
    let number =
        english.split_once(" · ").map_or(String::new(), |(number, _)| format!("{number} · "));
    let end = if german.ends_with(" ====") { " ====" } else { "" };
    match language {
        "en" if german.ends_with(':') => format!("{code}{english}:"),
        "en" => format!("{code}{english}{end}"),
        "de" => format!("{code}{number}{german}"),
        _ => line.into(),
    }
}

/// The code of a starter in one language. In a block of comments what begins with `// TODO (de): ` or
/// `// (de) ` is German, up to the next such beginning, and what stands before it is English. The words
/// of a `todo!` have both, with ` / ` in between.
pub fn code_in(code: &str, language: &str) -> String {
    let comment = |line: &&str| line.trim_start().starts_with("// ");
    let german = |line: &str| {
        ["// TODO (de): ", "// (de) "].iter().any(|s| line.trim_start().starts_with(s))
    };
    let begins = |line: &str| german(line) || line.trim_start().starts_with("// TODO: ");
    let lines: Vec<_> = code.lines().collect();
    let mut kept = Vec::new();
    for block in lines.chunk_by(|a, b| comment(a) == comment(b)) {
        if !comment(&block[0]) || !block.iter().any(|line| german(line)) || language == "both" {
            kept.extend(block.iter().map(|line| line.to_string()));
            continue;
        }
        for piece in block.chunk_by(|_, next| !begins(next)) {
            if german(piece[0]) == (language == "de") {
                let lines =
                    piece.iter().map(|line| line.replacen("// TODO (de): ", "// TODO: ", 1));
                kept.extend(lines.map(|line| line.replacen("// (de) ", "// ", 1)));
            }
        }
    }
    let code = kept.join("\n");
    let mut pieces = code.split("todo!(");
    let mut text = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let quoted: Vec<_> = piece.splitn(3, '"').collect();
        let words = quoted.get(1).and_then(|words| words.split_once(" / "));
        text += "todo!(";
        match (words, language) {
            (Some((english, _)), "en") => text += &format!("\"{english}\""),
            (Some((_, german)), "de") => {
                text += &format!("\"{}\"", german.trim_start_matches(['\\', '\n', ' ']));
            }
            _ => {
                text += piece;
                continue;
            }
        }
        text += quoted[2].trim_start();
    }
    text
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
        assert!(!tests.is_empty(), "{name} has no line `{} …`", LINES[0]);
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
    let end = (LINES.iter().filter_map(|line| at_line(line)).min())
        .or_else(|| at_line("fn main()").into_iter().chain(at_line("#[cfg(test)]")).min())
        .unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::code_in;

    #[test]
    fn a_starter_is_handed_out_in_one_language() {
        let code = "// (no language)\nfn f() {\n    // TODO: one\n    // two\n    // TODO (de): eins\n    \
                    // zwei\n    todo!(\n        \"go / \\\n         geh\"\n    );\n}";
        let english =
            "// (no language)\nfn f() {\n    // TODO: one\n    // two\n    todo!(\"go\");\n}";
        let german =
            "// (no language)\nfn f() {\n    // TODO: eins\n    // zwei\n    todo!(\"geh\");\n}";
        assert_eq!(code_in(code, "en"), english);
        assert_eq!(code_in(code, "de"), german);
        assert_eq!(code_in(code, "both"), code);
    }

    #[test]
    fn each_starter_says_in_each_language_what_is_to_do() {
        for exercise in super::exercises() {
            let (english, german) =
                (code_in(&exercise.starter, "en"), code_in(&exercise.starter, "de"));
            assert_eq!(english.matches("// TODO: ").count(), german.matches("// TODO: ").count());
            assert!(english.contains("// TODO: ") && !english.contains("(de)"), "{english}");
            assert!(!german.contains("(de)"), "{german}");
            assert_eq!(english.matches("todo!(").count(), german.matches("todo!(").count());
            assert!(!german.contains(" / \\"), "{german}");
        }
    }
}
