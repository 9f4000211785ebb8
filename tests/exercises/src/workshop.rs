//! Compiles a file of an exercise and runs its tests: with `rustc` itself, against the libraries
//! that one `cargo build` has made, since `cargo` would take twice as long for each.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, io};

use crate::course::{Exercise, project, root};
use crate::in_parallel;
use crate::process::{self, Ended};

/// To compile takes about a second. A machine may be busy with other things.
const COMPILE: Duration = Duration::from_secs(60);

/// The tests end by themselves within two seconds: see `check` in `examples/exercises/src`.
pub const RUN: Duration = Duration::from_secs(5);

/// What the crates are that an exercise may use.
const LIBRARIES: [&str; 3] = ["exercises", "genawaiter", "genlab"];

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
    /// Builds the libraries. `name` is of the folder under `target` to work in.
    ///
    /// # Panics
    ///
    /// When they cannot be built.
    pub fn open(name: &str) -> Workshop {
        let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
            .args(["build", "--quiet", "--lib", "--message-format", "json"])
            .current_dir(project())
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo");
        assert!(output.status.success(), "the exercises' library does not compile");
        let messages = String::from_utf8_lossy(&output.stdout);
        let mut libraries = Vec::new();
        for path in messages.split('"').filter(|text| text.ends_with(".rlib")).map(PathBuf::from) {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let name = stem.strip_prefix("lib").unwrap_or(stem);
            let name = name.rsplit_once('-').map_or(name, |(name, _hash)| name);
            // The exercises' own library lies beside `deps`, too.
            if LIBRARIES.contains(&name) {
                libraries.push((name.to_string(), path));
            }
        }
        let of_others = libraries.iter().find(|(name, _)| name == "genawaiter");
        let deps = of_others.and_then(|(_, path)| path.parent()).expect("genawaiter").to_path_buf();
        let target = deps.ancestors().nth(2).expect("target").to_path_buf();
        let place = target.join(name);
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
        let compiled = self.compile(&source, strict)?;
        if !compiled.success {
            let verdict =
                if compiled.too_slow { Verdict::TooSlow } else { Verdict::DoesNotCompile };
            return Ok(Report { verdict, output: compiled.output, time: Duration::ZERO });
        }
        let mut tests = Command::new(source.with_extension(""));
        tests.current_dir(folder).env("LC_ALL", "C").env_remove("RUST_BACKTRACE");
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
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
        rustc.args(["--edition", "2024", "--test", "--crate-name", "exercise", "--color", "never"]);
        rustc.args(["-C", "debuginfo=0", "-C", "codegen-units=1"]);
        rustc.args(if strict { ["-D", "warnings"] } else { ["--cap-lints", "allow"] });
        for (name, path) in &self.libraries {
            rustc.arg("--extern").arg(format!("{name}={}", path.display()));
        }
        rustc.arg("-L").arg(format!("dependency={}", self.deps.display()));
        rustc.arg("-o").arg(source.with_extension("")).arg(source);
        // A `rust-toolchain.toml` at the root counts here, too.
        process::run(rustc.current_dir(root()), COMPILE)
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
