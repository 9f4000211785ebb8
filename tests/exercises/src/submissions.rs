//! What a class has handed in: a folder for each student, filled in many ways.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::course::{Exercise, code_in, cut, project};
use crate::table::clean;

/// Nobody writes more than this for one exercise.
const LONGEST: u64 = 200_000;

/// A whole copy of the repository has about a thousand.
const MOST_ENTRIES: usize = 20_000;

/// So many different files are tried for one exercise: the best of them counts.
const MOST_FILES: usize = 4;

/// What one student handed in.
#[derive(Debug, Default)]
pub struct Student {
    pub name: String,
    /// By the exercise's place in their order. There is none where there is no file.
    pub answers: BTreeMap<usize, Answer>,
    /// What else is to be said of the folder.
    pub notes: Vec<String>,
}

/// What there is for one exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What stands above the tests, in each of the different files.
    Parts(Vec<String>),
    NotBegun,
    /// Why there is nothing to try.
    Refused(String),
}

/// Reads all that is in a folder of folders. Nothing of it has run yet: so nothing that runs can
/// change it.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn read(folder: &Path, exercises: &[Exercise]) -> io::Result<Vec<Student>> {
    let mut students = Vec::new();
    for (name, path) in entries(folder)? {
        if ["class-list.csv", "class-list.md"].contains(&name.as_str()) {
            continue;
        }
        let kind = fs::symlink_metadata(&path)?.file_type();
        let mut student = Student { name: clean(&name), ..Student::default() };
        if kind.is_symlink() {
            student.notes.push("a link, which is not followed".into());
        } else if kind.is_dir() {
            search(&path, exercises, &mut student);
        } else {
            student.notes.push("no folder: put it into one with the student's name".into());
        }
        students.push(student);
    }
    Ok(students)
}

/// What lies in a folder, by name, without what nobody sees.
fn entries(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = fs::read_dir(folder)?.flatten().map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, entry.path())
    });
    let mut entries: Vec<_> =
        entries.filter(|(name, _)| !name.starts_with('.') && name != "__MACOSX").collect();
    entries.sort();
    Ok(entries)
}

/// Which exercise a file is for. Systems and people put something before or behind the name.
fn which(file: &str, exercises: &[Exercise]) -> Option<usize> {
    let file = file.to_lowercase().replace([' ', '-'], "_");
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let named = |exercise: &Exercise| {
        file.split_once(&exercise.name.to_lowercase()).is_some_and(|(before, behind)| {
            edge(before.chars().next_back()) && edge(behind.chars().next())
        })
    };
    let is_code = [".rs", ".txt"].iter().any(|end| file.ends_with(end));
    exercises.iter().position(named).filter(|_| is_code)
}

/// What a file says.
enum Text {
    Begun(String),
    NotBegun,
    Bad(&'static str),
    /// Our own solution, in a copy of the whole project.
    Ours,
}

fn read_file(path: &Path, exercise: &Exercise) -> Text {
    let Ok(data) = fs::symlink_metadata(path) else { return Text::Bad("cannot be read") };
    if data.is_symlink() {
        return Text::Bad("is a link, which is not followed");
    }
    if !data.is_file() {
        return Text::Bad("is no file");
    }
    if data.len() > LONGEST {
        return Text::Bad("is too long");
    }
    let Ok(bytes) = fs::read(path) else { return Text::Bad("cannot be read") };
    let Ok(text) = String::from_utf8(bytes) else { return Text::Bad("is no text in UTF-8") };
    if path.parent().and_then(Path::file_name) == Some(OsStr::new("solutions")) {
        let ours = fs::read_to_string(project().join(format!("solutions/{}.rs", exercise.name)));
        if ours.is_ok_and(|ours| ours == text) {
            return Text::Ours;
        }
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let part = cut(&text).0.trim_end();
    if part.trim().is_empty() {
        return Text::Bad("has nothing above the tests");
    }
    let starters = ["both", "en", "de"].map(|language| code(&code_in(&exercise.starter, language)));
    if starters.contains(&code(part)) { Text::NotBegun } else { Text::Begun(part.to_string()) }
}

/// A part without the text at its top, which is in one language where it was handed out so, and
/// without what an editor may change.
fn code(part: &str) -> String {
    let lines = part.lines().filter(|line| !line.starts_with("//!")).map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

/// Looks through a student's folder, however deep the project lies in it.
fn search(folder: &Path, exercises: &[Exercise], student: &mut Student) {
    let mut files: BTreeMap<usize, Vec<PathBuf>> = BTreeMap::new();
    let mut others = Vec::new();
    let (mut folders, mut count) = (VecDeque::from([folder.to_path_buf()]), 0);
    let shown = |path: &Path| clean(&path.strip_prefix(folder).unwrap_or(path).to_string_lossy());
    'all: while let Some(next) = folders.pop_front() {
        let Ok(entries) = entries(&next) else {
            student.notes.push(format!("cannot read {}/", shown(&next)));
            continue;
        };
        for (name, path) in entries {
            count += 1;
            if count > MOST_ENTRIES {
                student.notes.push("too many files: not all of them were looked at".into());
                break 'all;
            }
            let Ok(kind) = fs::symlink_metadata(&path).map(|data| data.file_type()) else {
                continue;
            };
            if kind.is_dir() {
                if name != "target" {
                    folders.push_back(path);
                }
            } else if let Some(exercise) = which(&name, exercises) {
                files.entry(exercise).or_default().push(path);
            } else if kind.is_symlink() {
                student.notes.push(format!("{} is a link, which is not followed", shown(&path)));
            } else {
                others.push(path);
            }
        }
    }

    for (number, paths) in &files {
        let mut parts: Vec<String> = Vec::new();
        let (mut not_begun, mut bad) = (false, None);
        for path in paths {
            match read_file(path, &exercises[*number]) {
                Text::Begun(part) => {
                    if !parts.iter().any(|other| code(other) == code(&part)) {
                        parts.push(part);
                    }
                }
                Text::NotBegun => not_begun = true,
                Text::Bad(why) => bad = Some(format!("{} {why}", shown(path))),
                Text::Ours => (),
            }
        }
        let answer = match (parts.len(), bad) {
            (0, Some(bad)) => Answer::Refused(bad),
            (0, None) if not_begun => Answer::NotBegun,
            (0, None) => continue,
            (n, _) if n > MOST_FILES => {
                Answer::Refused(format!("{n} different files: which one counts?"))
            }
            (_, bad) => {
                student.notes.extend(bad);
                Answer::Parts(parts)
            }
        };
        student.answers.insert(*number, answer);
    }

    // Where the exercises lie, a file that is none may be one with a name that nobody knows.
    let beside: Vec<_> = files.values().flatten().filter_map(|path| path.parent()).collect();
    let unknown = |path: &&PathBuf| {
        let name = path.to_string_lossy().to_lowercase();
        let kinds = [".rs", ".rs.txt", ".zip", ".tar", ".gz", ".7z", ".rar"];
        beside.is_empty()
            || kinds.iter().any(|kind| name.ends_with(kind))
                && path.parent().is_some_and(|at| at == folder || beside.contains(&at))
    };
    let unknown: Vec<_> = others.iter().filter(unknown).map(|path| shown(path)).collect();
    if !unknown.is_empty() {
        let (some, more) = unknown.split_at(unknown.len().min(3));
        let more = if more.is_empty() { String::new() } else { format!(" and {}", more.len()) };
        student.notes.push(format!("named like no exercise: {}{more}", some.join(", ")));
    } else if student.answers.is_empty() && student.notes.is_empty() {
        student.notes.push("nothing in it".into());
    }
}
