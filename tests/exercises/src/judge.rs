//! Compiles what somebody handed in, and says what became of it. What it prints, how its process
//! ends, and what others handed in has no say in that.

use std::collections::hash_map::RandomState;
use std::fs::Permissions;
use std::hash::BuildHasher;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use crate::course::{Exercise, cut, not_original};
use crate::in_parallel;
use crate::keeper::{self, Walls};
use crate::process;
use crate::workshop::{COMPILE, RUN, Workshop};

/// What runs in the submission's process: see there.
const COURT: &str = include_str!("court.rs");

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    TooSlow,
    DoesNotCompile,
    /// There is nothing to judge, or no way to do so.
    NotJudged,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::TooSlow => "too slow",
            Verdict::DoesNotCompile => "does not compile",
            Verdict::NotJudged => "not judged",
        })
    }
}

/// A verdict, and why; there is nothing to say of what has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub verdict: Verdict,
    pub why: String,
}

impl Report {
    /// A verdict, and why.
    pub fn new(verdict: Verdict, why: impl Into<String>) -> Report {
        Report { verdict, why: why.into() }
    }
}

/// A submission that compiles.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    tests: Vec<String>,
    /// To see whether it is still the same.
    print: u64,
}

/// Tells right from wrong.
#[derive(Debug)]
pub struct Judge {
    workshop: Workshop,
    court: PathBuf,
    keeper: PathBuf,
    walls: Walls,
    /// Draws words that nobody can guess: it is made of the system's random numbers.
    random: RandomState,
}

impl Judge {
    /// Gets everything ready. `keeper` is the class list, by its path. `walls`: whether submissions are
    /// shut in, if the system allows it.
    ///
    /// # Errors
    ///
    /// When the place to work cannot be written to, or the court does not compile.
    pub fn open(name: &str, keeper: PathBuf, walls: Walls) -> io::Result<Judge> {
        let workshop = Workshop::open(name);
        let source = workshop.place().join("court.rs");
        let court = workshop.place().join("libcourt.rlib");
        fs::write(&source, COURT)?;
        let mut rustc = workshop.rustc();
        rustc.args(["--crate-type", "rlib", "-o"]).arg(&court).arg(&source);
        let compiled = process::run(&rustc, COMPILE)?;
        if !compiled.success {
            return Err(io::Error::other(compiled.output));
        }
        let walls = match walls {
            Walls::Shut => keeper::walls(&keeper, workshop.place()),
            Walls::Open => Walls::Open,
        };
        Ok(Judge { workshop, court, keeper, walls, random: RandomState::new() })
    }

    /// Whether submissions are shut in.
    pub fn walls(&self) -> Walls {
        self.walls
    }

    /// Compiles somebody's part of an exercise with our tests. Nothing of it runs yet.
    ///
    /// # Errors
    ///
    /// The report of one that does not compile.
    pub fn compile(&self, exercise: &Exercise, part: &str, name: &str) -> Result<Program, Report> {
        let folder = self.workshop.place().join(name);
        self.compile_in(&folder, exercise, part).unwrap_or_else(|error| {
            Err(Report::new(Verdict::NotJudged, format!("cannot compile it: {error}")))
        })
    }

    fn compile_in(
        &self,
        folder: &Path,
        exercise: &Exercise,
        part: &str,
    ) -> io::Result<Result<Program, Report>> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        let source = folder.join(format!("{}.rs", exercise.name));
        let path = folder.join("exercise");
        // Whoever does not know by which names the tests call our crates cannot put others there.
        let [court, ours] = ["court", "exercises"].map(|name| format!("{name}_{}", self.word()));
        let tests = tests(&exercise.tests);
        let calls = tests.iter().map(|test| format!("({test:?}, tests::{test}), "));
        let main = format!("fn main() {{ ::{court}::hold(&[{}]) }}", calls.collect::<String>());
        let own = exercise
            .tests
            .replacen("fn main() {}", &main, 1)
            .replace("#[test]\n    fn ", "pub fn ")
            .replace("::exercises::", &format!("::{ours}::"));
        fs::write(&source, format!("{}\n\n{own}", part.trim_end()))?;

        let mut rustc = self.workshop.rustc();
        rustc.args(["--crate-name", "exercise", "--cap-lints", "allow", "--cfg", "test"]);
        rustc.args(["-A", "explicit_builtin_cfgs_in_flags", "-C", "strip=symbols"]);
        let library = self.workshop.library("exercises");
        for (name, path) in [(court, self.court.as_path()), (ours, library)] {
            rustc.arg("--extern").arg(format!("{name}={}", path.display()));
        }
        rustc.args(["--emit", "link,dep-info", "--out-dir"]).arg(folder).arg(&source);
        let compiled = process::run(&rustc, COMPILE)?;
        if compiled.too_slow {
            return Ok(Err(Report::new(Verdict::TooSlow, "to compile")));
        }
        if !compiled.success {
            let error = compiled.output.lines().find(|line| line.starts_with("error"));
            let why = error.unwrap_or("the compiler gave up");
            return Ok(Err(Report::new(Verdict::DoesNotCompile, why)));
        }
        // A line that ends with a colon for each file that was read: `include!` reads others.
        let files = fs::read_to_string(folder.join("exercise.d"))?;
        if files.lines().filter(|line| line.ends_with(':')).count() > 1 {
            return Ok(Err(Report::new(Verdict::NotJudged, "it reads other files to compile")));
        }
        fs::set_permissions(&path, Permissions::from_mode(0o555))?;
        let print = self.print(&path)?;
        Ok(Ok(Program { path, tests, print }))
    }

    /// Runs the tests, in an empty folder.
    pub fn run(&self, program: &Program) -> Report {
        self.run_in(program).unwrap_or_else(|error| {
            Report::new(Verdict::NotJudged, format!("cannot run it: {error}"))
        })
    }

    fn run_in(&self, program: &Program) -> io::Result<Report> {
        if self.print(&program.path).ok() != Some(program.print) {
            return Ok(Report::new(Verdict::NotJudged, "its program was changed by another one"));
        }
        let folder = program.path.with_file_name("run");
        fs::create_dir_all(&folder)?;
        let (mut ours, theirs) = UnixStream::pair()?;
        let word = self.word();
        ours.write_all(word.as_bytes())?;
        ours.shutdown(Shutdown::Write)?;
        let command = [program.path.as_os_str()];
        let ran = keeper::run(&self.keeper, &command, &folder, RUN, self.walls, theirs)?;
        let _ = fs::remove_dir_all(&folder);
        let mut said = Vec::new();
        ours.set_nonblocking(true)?; // whoever fled may hold the other end
        let _ = ours.take(1_000_000).read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said).into_owned();
        let ended = |test: &&String| said.contains(&format!("\n{word} passed {test}\n"));
        let Some(missing) = program.tests.iter().find(|test| !ended(test)) else {
            return Ok(Report::new(Verdict::Passed, ""));
        };
        let verdict = if ran.too_slow { Verdict::TooSlow } else { Verdict::Failed };
        // For people only: a submission may print such a line, too.
        let mut asked = ran.output.lines().filter_map(|line| line.strip_prefix("What is asked: "));
        let why = match asked.next_back() {
            Some(asked) => asked.to_string(),
            None if ran.too_slow => format!("{missing} did not end in {} s", RUN.as_secs()),
            None => format!("its process ended before {missing} did"),
        };
        Ok(Report::new(verdict, why))
    }

    /// A word that nobody can guess.
    fn word(&self) -> String {
        let random = RandomState::new();
        format!("{:016x}{:016x}", random.hash_one(0), self.random.hash_one(random.hash_one(1)))
    }

    /// What tells a file from another one, and from itself with one byte changed.
    fn print(&self, path: &Path) -> io::Result<u64> {
        Ok(self.random.hash_one(fs::read(path)?))
    }
}

impl Judge {
    /// Compiles and runs in one go.
    pub fn try_out(&self, exercise: &Exercise, part: &str, name: &str) -> Report {
        match self.compile(exercise, part, name) {
            Ok(program) => self.run(&program),
            Err(report) => report,
        }
    }

    /// Proves that our own solutions pass here and now, and that the starters do not.
    ///
    /// # Errors
    ///
    /// What to say if one of them does not keep to that.
    pub fn prove(&self, solutions: &[(&Exercise, String)]) -> Result<(), String> {
        let proofs = in_parallel(solutions, |_, (exercise, solution)| {
            let name = &exercise.name;
            let report = self.try_out(exercise, cut(solution).0, &format!("{name}-solution"));
            if report.verdict != Verdict::Passed {
                let Report { verdict, why } = report;
                return Err(format!(
                    "nobody is judged: here and now, not even the solution of {name} passes \
                     ({verdict}: {why}); is the machine very busy, or the repository changed?"
                ));
            }
            let starter = self.try_out(exercise, &exercise.starter, &format!("{name}-starter"));
            Ok((starter.verdict == Verdict::Passed).then_some(name.as_str()))
        });
        let proofs = proofs.into_iter().collect::<Result<Vec<_>, _>>()?;
        let solved: Vec<_> = proofs.into_iter().flatten().collect();
        if solved.is_empty() { Ok(()) } else { Err(not_original(&solved)) }
    }
}

/// The names of the tests.
fn tests(text: &str) -> Vec<String> {
    let starts = text.split("#[test]\n    fn ").skip(1);
    starts.filter_map(|start| Some(start.split_once('(')?.0.to_string())).collect()
}
