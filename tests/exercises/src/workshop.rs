//! Compiles a file of an exercise and runs its tests: with `rustc` itself, against the libraries
//! that one `cargo build` has made, since `cargo` would take twice as long for each.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, fs, io};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::course::{Exercise, project, root};
use crate::in_parallel;
use crate::process::{self, Ended};

/// To compile takes about a second. A machine may be busy with other things.
pub(crate) const COMPILE: Duration = Duration::from_secs(60);

/// The tests end by themselves within two seconds: see `check` in `examples/exercises/src`.
pub const RUN: Duration = Duration::from_secs(5);

/// What the crates are that an exercise may use.
const LIBRARIES: [&str; 3] = ["exercises", "genawaiter", "genlab"];

/// Threads for work that mostly waits.
static WAITING: LazyLock<ThreadPool> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(4).build().expect("four threads"));

/// What became of a student's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    TooSlow,
    DoesNotCompile,
}

/// A verdict, and what was printed.
#[derive(Debug)]
pub struct Report {
    pub verdict: Verdict,
    pub output: String,
    /// How long the tests took.
    pub time: Duration,
}

/// The libraries, and a place to work.
#[derive(Debug)]
pub struct Workshop {
    libraries: Vec<(String, PathBuf)>,
    /// Where the libraries' own libraries are.
    deps: PathBuf,
    place: PathBuf,
}

impl Workshop {
    /// Builds the libraries. `name` is of a folder under `target`; in it, this process gets one of its
    /// own to work in: others may work there at the same time.
    ///
    /// # Panics
    ///
    /// When they cannot be built.
    pub fn open(name: &str) -> Workshop {
        let built =
            harness::build(&project(), &["--lib"]).unwrap_or_else(|error| panic!("{error}"));
        let built = built.into_iter().filter(|artifact| LIBRARIES.contains(&&artifact.name[..]));
        let is_library = |file: &PathBuf| file.extension().is_some_and(|is| is == "rlib");
        let libraries: Vec<(String, PathBuf)> = built
            .filter_map(|artifact| {
                Some((artifact.name, artifact.files.into_iter().find(is_library)?))
            })
            .collect();
        let of_others = libraries.iter().find(|(name, _)| name == "genawaiter");
        let deps = of_others.and_then(|(_, path)| path.parent()).expect("genawaiter").to_path_buf();
        let target = deps.ancestors().nth(2).expect("target").to_path_buf();
        let places = target.join(name);
        clear(&places);
        let place = places.join(std::process::id().to_string());
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place).expect("a place to work");
        Workshop { libraries, deps, place }
    }

    /// The folder under `target`.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Which of the exercises pass as they lie in the repository.
    pub fn solved<'a>(&self, exercises: &[&'a Exercise]) -> Vec<&'a str> {
        let verdicts = in_parallel(exercises, |i, exercise| {
            self.try_out(exercise, &exercise.starter, &format!("starter-{i}"), false).verdict
        });
        let both = exercises.iter().zip(verdicts);
        both.filter(|(_, verdict)| *verdict == Verdict::Passed)
            .map(|(exercise, _)| exercise.name.as_str())
            .collect()
    }

    /// Compiles `part` with the tests of the exercise, and runs them, in a folder of its own.
    /// `strict`: a warning is an error.
    pub fn try_out(&self, exercise: &Exercise, part: &str, folder: &str, strict: bool) -> Report {
        let folder = self.place.join(folder);
        let report = self.try_in(&folder, exercise, part, strict).unwrap_or_else(|error| Report {
            verdict: Verdict::Failed,
            output: format!("cannot run it: {error}"),
            time: Duration::ZERO,
        });
        let _ = fs::remove_dir_all(&folder);
        report
    }

    /// The same for many parts of one exercise, in order. They are compiled as modules of one program,
    /// which takes a tenth of the time, and are expected to compile; then each is run by itself.
    pub fn try_out_all(&self, exercise: &Exercise, parts: &[&str]) -> Vec<Report> {
        let folder = self.place.join(&exercise.name);
        let made = || -> io::Result<Ended> {
            let mut modules = String::new();
            for (i, part) in parts.iter().enumerate() {
                // Each in a file of the exercise's name, since that is what a complaint names.
                let place = folder.join(format!("a{i}"));
                fs::create_dir_all(&place)?;
                fs::write(place.join(format!("{}.rs", exercise.name)), exercise.with(part))?;
                modules += &format!("#[path = \"a{i}/{}.rs\"]\nmod a{i};\n", exercise.name);
            }
            fs::write(folder.join("all.rs"), modules)?;
            self.compile(&folder.join("all.rs"), false)
        };
        let failed = |verdict, output| Report { verdict, output, time: Duration::ZERO };
        let reports = match made() {
            Ok(ended) if !ended.success => parts
                .iter()
                .map(|_| failed(Verdict::DoesNotCompile, ended.output.clone()))
                .collect(),
            // Much of it is waiting: so more threads than there are processors.
            Ok(_) => WAITING.install(|| {
                in_parallel(parts, |i, _| {
                    let mut tests = Command::new(folder.join("all"));
                    tests.current_dir(folder.join(format!("a{i}"))).arg(format!("a{i}::"));
                    let ran = self.run(tests, exercise).map(|report| {
                        // Who prints with `dbg!` prints the path. A student's file has no such folder.
                        let output = report.output.replace(&format!("a{i}/"), "");
                        Report { output, ..report }
                    });
                    ran.unwrap_or_else(|error| failed(Verdict::Failed, error.to_string()))
                })
            }),
            Err(error) => {
                parts.iter().map(|_| failed(Verdict::Failed, error.to_string())).collect()
            }
        };
        let _ = fs::remove_dir_all(&folder);
        reports
    }

    fn try_in(
        &self,
        folder: &Path,
        exercise: &Exercise,
        part: &str,
        strict: bool,
    ) -> io::Result<Report> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        let source = folder.join(format!("{}.rs", exercise.name));
        fs::write(&source, exercise.with(part))?;
        // As in a student's project: there the tests look for what a recording shows.
        fs::create_dir(folder.join("exercises"))?;
        fs::write(folder.join(format!("exercises/{}.rs", exercise.name)), exercise.with(part))?;
        let compiled = self.compile(&source, strict)?;
        if !compiled.success {
            let verdict =
                if compiled.too_slow { Verdict::TooSlow } else { Verdict::DoesNotCompile };
            return Ok(Report { verdict, output: compiled.output, time: Duration::ZERO });
        }
        let mut tests = Command::new(source.with_extension(""));
        tests.current_dir(folder);
        self.run(tests, exercise)
    }

    fn run(&self, mut tests: Command, exercise: &Exercise) -> io::Result<Report> {
        tests.env("LC_ALL", "C").env("SYMPTOM", "1").env_remove("RUST_BACKTRACE");
        let ran = process::run(&tests, RUN)?;
        // A program that calls `exit(0)` is not one that has passed.
        let all = passed(&ran.output) >= Some(exercise.count());
        let verdict = match ran {
            Ended { too_slow: true, .. } => Verdict::TooSlow,
            Ended { success: true, .. } if all => Verdict::Passed,
            _ => Verdict::Failed,
        };
        Ok(Report { verdict, output: ran.output, time: ran.time })
    }

    fn compile(&self, source: &Path, strict: bool) -> io::Result<Ended> {
        let mut rustc = self.rustc();
        rustc.args(["--test", "--crate-name", "exercise", "-C", "debuginfo=line-tables-only"]);
        rustc.args(if strict { ["-D", "warnings"] } else { ["--cap-lints", "allow"] });
        // To who reads its messages, or prints with `dbg!`, the file is called as in a student's project.
        let mut renamed = OsString::from(source.parent().unwrap_or(source));
        renamed.push("=exercises");
        rustc.arg("--remap-path-prefix").arg(renamed);
        rustc.arg("-o").arg(source.with_extension("")).arg(source);
        process::run(&rustc, COMPILE)
    }

    /// The compiler, and the libraries that an exercise may use.
    pub(crate) fn rustc(&self) -> Command {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
        rustc.args(["--edition", "2024", "--color", "never", "-C", "codegen-units=1"]);
        for (name, path) in &self.libraries {
            rustc.arg("--extern").arg(format!("{name}={}", path.display()));
        }
        rustc.arg("-L").arg(format!("dependency={}", self.deps.display()));
        // A `rust-toolchain.toml` at the root counts here, too.
        rustc.current_dir(root());
        rustc
    }

    /// Where the library of this name lies.
    pub(crate) fn library(&self, wanted: &str) -> &Path {
        let found = self.libraries.iter().find(|(name, _)| name == wanted);
        found.map(|(_, path)| path.as_path()).expect("a library that was built")
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.place);
    }
}

/// Removes the folders of those who were killed. Each is named after its process.
fn clear(places: &Path) {
    for place in fs::read_dir(places).into_iter().flatten().flatten() {
        let process = place.file_name().to_str().and_then(|name| name.parse().ok());
        let process = process.and_then(rustix::process::Pid::from_raw);
        if process.is_none_or(|process| rustix::process::test_kill_process(process).is_err()) {
            let _ = fs::remove_dir_all(place.path());
        }
    }
}

/// How many tests passed, if none failed. Only the end of the line is looked for: a server that a
/// test has left behind may print `Task done` into the middle of "test result: ok.".
fn passed(output: &str) -> Option<usize> {
    let (before, _) = output.rsplit_once(" passed; 0 failed; ")?;
    before.rsplit_once(". ")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn the_tests_result_is_read_whatever_a_server_prints_beside_it() {
        let end = "3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        for start in
            ["test result: ok. ", "test result: Task done\nok. ", "test result: okTask done\n. "]
        {
            assert_eq!(passed(&format!("\n{start}{end}\nTask done\n")), Some(3), "{start}");
        }
        assert_eq!(passed("test result: FAILED. 2 passed; 1 failed; 0 ignored"), None);
        assert_eq!(passed("running 3 tests\n"), None);
    }
}
