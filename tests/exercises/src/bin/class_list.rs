//! The class list: who has passed what.
//!
//! `cargo run -p classroom --bin class_list -- FOLDER` takes a folder with one folder for each
//! student, and writes `class-list.csv` and `class-list.md` into the current folder.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use classroom::course::{Exercise, exercises, project};
use classroom::in_parallel;
use classroom::judge::{Judge, Report, Verdict};
use classroom::keeper::{self, KEEP, Walls};
use classroom::submissions::{self, Answer, Student};
use classroom::table::{Table, clean, escape};

const HELP: &str = "\
The class list: who has passed what.

Usage: cargo run -p classroom --bin class_list -- FOLDER

FOLDER has a folder for each student, and in it, at any depth, the student's
files, such as 03_round_robin.rs, or a whole copy of what was handed out.
Writes class-list.csv and class-list.md into the current folder.
With OPEN=1 in the environment, submissions are not shut in.";

/// What stands in the narrow table, and what it means.
const LEGEND: &str = "✓ passed, ✗ failed, s too slow, c does not compile, ? not judged, \
                      o not begun, – no file";

/// One file that is to be tried.
struct Try<'a> {
    student: usize,
    exercise: usize,
    part: &'a str,
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Failed => "✗",
        Verdict::TooSlow => "s",
        Verdict::DoesNotCompile => "c",
        Verdict::NotJudged => "?",
    }
}

/// Tries all files, one student after the other.
fn try_all(judge: &Judge, exercises: &[Exercise], tries: &[Try]) -> Vec<Report> {
    // First all are compiled: nothing of a submission runs while others' programs are made.
    let mut programs = in_parallel(tries, |i, one| {
        judge.compile(&exercises[one.exercise], one.part, &format!("{i}"))
    });
    let mut reports = Vec::new();
    for of_one in tries.chunk_by(|a, b| a.student == b.student) {
        let rest = programs.split_off(of_one.len());
        reports.extend(in_parallel(&programs, |_, program| match program {
            Ok(program) => judge.run(program),
            Err(report) => report.clone(),
        }));
        programs = rest;
        // What has ended its keeper is ours now.
        keeper::sweep();
    }
    reports
}

/// The list, once for people and once for a spreadsheet, and what is to be said besides.
fn lists(
    students: &[Student],
    exercises: &[Exercise],
    columns: &[usize],
    reports: &[(usize, usize, Report)],
) -> (Table, Table, Vec<(String, String)>) {
    let numbers = columns.iter().map(|column| {
        let name = &exercises[*column].name;
        name.split('_').next().unwrap_or(name).to_string()
    });
    let head = |names: Vec<String>| [vec!["student".into()], names, vec!["passed".into()]].concat();
    let mut narrow = Table(vec![head(numbers.collect())]);
    let names = columns.iter().map(|column| exercises[*column].name.clone());
    let mut full = Table(vec![head(names.collect())]);
    full.0[0].push("notes".into());
    let mut words = Vec::new();
    for (number, student) in students.iter().enumerate() {
        let (mut marks, mut cells, mut passed) = (Vec::new(), Vec::new(), 0);
        for column in columns {
            let report = match student.answers.get(column) {
                None => {
                    marks.push("–".into());
                    cells.push("–".into());
                    continue;
                }
                Some(Answer::NotBegun) => {
                    marks.push("o".into());
                    cells.push("not begun".into());
                    continue;
                }
                Some(Answer::Refused(why)) => Report::new(Verdict::NotJudged, why),
                // The best of several files counts.
                Some(Answer::Parts(_)) => {
                    let of_this = reports.iter().filter(|(s, e, _)| s == &number && e == column);
                    let mut of_this: Vec<_> = of_this.map(|(_, _, report)| report).collect();
                    of_this.sort_by_key(|report| report.verdict != Verdict::Passed);
                    (*of_this.first().expect("a report for each part")).clone()
                }
            };
            marks.push(mark(report.verdict).to_string());
            if report.verdict == Verdict::Passed {
                passed += 1;
                cells.push("passed".into());
                continue;
            }
            let why: String = report.why.chars().take(160).collect();
            cells.push(format!("{}: {why}", report.verdict));
            let name = &exercises[*column].name;
            words.push((format!("{}, {name}", student.name), cells[cells.len() - 1].clone()));
        }
        words.extend(student.notes.iter().map(|note| (student.name.clone(), note.clone())));
        let count = format!("{passed} of {}", columns.len());
        let mut short: String = student.name.chars().take(24).collect();
        if short != student.name {
            short.push('…');
        }
        narrow.0.push([vec![short], marks, vec![count.clone()]].concat());
        let notes = vec![count, student.notes.join("; ")];
        full.0.push([vec![student.name.clone()], cells, notes].concat());
    }
    (narrow, full, words)
}

/// This program. On Linux it is still there when the file has been built anew.
fn me() -> io::Result<PathBuf> {
    let me = PathBuf::from(format!("/proc/{}/exe", std::process::id()));
    if me.exists() { Ok(me) } else { env::current_exe() }
}

fn list(folder: &Path) -> Result<(), String> {
    let exercises = exercises();
    let students = submissions::read(folder, &exercises)
        .map_err(|error| format!("cannot read {}: {error}", clean(&folder.to_string_lossy())))?;
    if students.is_empty() {
        return Err(format!(
            "nothing is in {}: each student needs a folder there",
            clean(&folder.to_string_lossy())
        ));
    }
    let handed_out = |number: &usize| students.iter().any(|s| s.answers.contains_key(number));
    let columns: Vec<_> = (0..exercises.len()).filter(handed_out).collect();

    keeper::adopt();
    let wanted = if env::var_os("OPEN").is_some() { Walls::Open } else { Walls::Shut };
    let ready = |error| format!("cannot get ready to judge: {error}");
    let judge = Judge::open("class_list", me().map_err(ready)?, wanted).map_err(ready)?;
    if judge.walls() == Walls::Open {
        eprintln!(
            "Submissions are not shut in: whatever you may write to, they may, too. See \
             docs/en/teaching.md, \"The class list\"."
        );
    }
    let solutions = columns.iter().map(|column| {
        let exercise = &exercises[*column];
        let path = project().join(format!("solutions/{}.rs", exercise.name));
        let text = fs::read_to_string(&path);
        Ok((exercise, text.map_err(|error| format!("cannot read {}: {error}", path.display()))?))
    });
    judge.prove(&solutions.collect::<Result<Vec<_>, String>>()?)?;

    let mut tries = Vec::new();
    for (number, student) in students.iter().enumerate() {
        for (&exercise, answer) in &student.answers {
            if let Answer::Parts(parts) = answer {
                tries.extend(parts.iter().map(|part| Try { student: number, exercise, part }));
            }
        }
    }
    let reports = try_all(&judge, &exercises, &tries).into_iter().zip(&tries);
    let reports: Vec<_> =
        reports.map(|(report, one)| (one.student, one.exercise, report)).collect();

    let (narrow, full, words) = lists(&students, &exercises, &columns, &reports);
    let mut markdown = format!("{}\n{LEGEND}\n", narrow.markdown());
    let mut shown = format!("{}\n{LEGEND}\n", narrow.text());
    for (i, (whose, what)) in words.iter().enumerate() {
        let gap = if i == 0 { "\n" } else { "" };
        markdown += &format!("{gap}- {}: {}\n", escape(whose), escape(what));
        shown += &format!("{gap}{}: {}\n", clean(whose), clean(what));
    }
    let _ = io::stdout().write_all(shown.as_bytes()); // the list is in the files, too
    for (file, text) in [("class-list.csv", full.csv()), ("class-list.md", markdown)] {
        fs::write(file, text).map_err(|error| format!("cannot write {file}: {error}"))?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    match &args[..] {
        [keep, args @ ..] if keep == KEEP => return keeper::keep(args),
        [folder] => match list(Path::new(folder)) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => eprintln!("{error}"),
        },
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    }
    ExitCode::FAILURE
}
