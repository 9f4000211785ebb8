//! The class list: who has passed what.
//!
//! `cargo run -p classroom --bin class_list -- FOLDER` takes a folder with one folder for each
//! student, and writes `class-list.csv` and `class-list.md` into the current folder.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use classroom::course::{Exercise, cut, exercises, not_original};
use classroom::in_parallel;
use classroom::table::Table;
use classroom::workshop::{Verdict, Workshop};

const HELP: &str = "\
The class list: who has passed what.

Usage: cargo run -p classroom --bin class_list -- FOLDER

FOLDER has a folder for each student, and in it the student's files, such as
03_round_robin.rs; they may be in `exercises`, or the folder may be, or hold, a
whole copy of `examples/exercises`, or of the repository.
Writes class-list.csv and class-list.md into the current folder.";

/// Nobody writes more than this for one exercise.
const LONGEST: u64 = 200_000;

/// One file of one student.
struct Submission {
    student: usize,
    exercise: usize,
    /// What the student wrote, above the tests; or why there is nothing to try out.
    part: Result<String, &'static str>,
}

/// The student's file for an exercise. A link is none: it may lead to somebody else's.
fn find(folder: &Path, exercise: &Exercise) -> Option<PathBuf> {
    let places = ["", "exercises", "examples/exercises/exercises"];
    let file = |place| folder.join(place).join(format!("{}.rs", exercise.name));
    let is_file = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|data| data.is_file());
    places.map(file).into_iter().find(is_file)
}

/// The only folder in this one: who hands in the project often wraps it so. What a Mac or an
/// editor leaves beside it does not count.
fn wrapped(folder: &Path) -> Option<PathBuf> {
    match &folders(folder).ok()?[..] {
        [(_, only)] => Some(only.clone()),
        _ => None,
    }
}

/// The folders in this one, but those that nobody sees, by their names.
fn folders(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = fs::read_dir(folder)?.flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut folders: Vec<_> = folders
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, _)| !name.starts_with('.') && name != "__MACOSX")
        .collect();
    folders.sort();
    Ok(folders)
}

fn read(path: &Path, exercise: &Exercise) -> Result<String, &'static str> {
    if fs::metadata(path).is_ok_and(|data| data.len() > LONGEST) {
        return Err("too long");
    }
    let bytes = fs::read(path).map_err(|_| "cannot be read")?;
    let text = String::from_utf8(bytes).map_err(|_| "no text")?.replace("\r\n", "\n");
    let part = cut(&text).0.trim_end();
    if code(part) == code(&exercise.starter) { Err("not begun") } else { Ok(part.to_string()) }
}

/// A part without the text at its top, which is in one language where it was handed out so.
fn code(part: &str) -> Vec<&str> {
    part.trim_end().lines().filter(|line| !line.starts_with("//!")).collect()
}

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().skip(1).collect();
    let [folder] = &args[..] else {
        eprintln!("{HELP}");
        return ExitCode::from(2);
    };
    let folder = Path::new(folder);
    let students = match folders(folder) {
        Ok(students) => students,
        Err(error) => {
            eprintln!("cannot read {}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    if students.is_empty() {
        eprintln!("{} has no folders: each student needs one", folder.display());
        return ExitCode::FAILURE;
    }

    let exercises = exercises();
    let workshop = Workshop::open("class_list");
    let solved = workshop.solved(&exercises.iter().collect::<Vec<_>>());
    if !solved.is_empty() {
        eprintln!("{}", not_original(&solved));
        return ExitCode::FAILURE;
    }

    // All are read before the first runs: whatever it does, it cannot change another's.
    let mut submissions = Vec::new();
    for (student, (_, path)) in students.iter().enumerate() {
        let places = [Some(path.clone()), wrapped(path)];
        for (number, exercise) in exercises.iter().enumerate() {
            if let Some(file) = places.iter().flatten().find_map(|place| find(place, exercise)) {
                let part = read(&file, exercise);
                submissions.push(Submission { student, exercise: number, part });
            }
        }
    }
    let mut results = Vec::new();
    // One student after the other: while one's programs run, nothing of the others lies about.
    for of_one in submissions.chunk_by(|a, b| a.student == b.student) {
        results.extend(in_parallel(of_one, |i, submission| match &submission.part {
            Err(why) => *why,
            Ok(part) => {
                let exercise = &exercises[submission.exercise];
                match workshop.try_out(exercise, part, &i.to_string(), false).verdict {
                    Verdict::Passed => "passed",
                    Verdict::Failed => "failed",
                    Verdict::TooSlow => "too slow",
                    Verdict::DoesNotCompile => "does not compile",
                }
            }
        }));
        let _ = fs::remove_dir_all(workshop.place());
    }

    let names = exercises.iter().map(|exercise| exercise.name.clone());
    let mut table = Table(vec![vec!["student".into()]]);
    table.0[0].extend(names.chain(["passed".into()]));
    for (number, (name, _)) in students.iter().enumerate() {
        let mut cells = vec![String::from("–"); exercises.len()];
        for (submission, result) in submissions.iter().zip(&results) {
            if submission.student == number {
                cells[submission.exercise] = result.to_string();
            }
        }
        let passed = cells.iter().filter(|cell| *cell == "passed").count();
        let line = [vec![name.clone()], cells, vec![format!("{passed} of {}", exercises.len())]];
        table.0.push(line.concat());
    }
    print!("{}", table.markdown());
    for (file, text) in [("class-list.csv", table.csv()), ("class-list.md", table.markdown())] {
        if let Err(error) = fs::write(file, text) {
            eprintln!("cannot write {file}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
