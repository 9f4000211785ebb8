//! The exercises know right from wrong: each starter fails and says what is asked, each solution
//! and each right answer passes, each wrong answer fails, for the reason that it names, in time.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use classroom::course::{Exercise, cut, exercises, project};
use classroom::in_parallel;
use classroom::table::Table;
use classroom::workshop::{Report, Verdict, Workshop};

/// An answer, and what should become of it.
struct Answer {
    exercise: Exercise,
    kind: Kind,
    name: String,
    part: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Starter,
    Solution,
    Right,
    Wrong,
}

impl Answer {
    /// What is not as it should be.
    fn complaints(&self, report: &Report) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                complaints.push(what.to_string());
            }
        };
        let passed = report.verdict == Verdict::Passed;
        match self.kind {
            Kind::Solution | Kind::Right => expect(passed, "does not pass"),
            Kind::Starter | Kind::Wrong => {
                expect(report.verdict == Verdict::Failed, "does not fail in its tests");
                expect(
                    self.exercise.asked().iter().any(|asked| report.output.contains(asked)),
                    "is not told what is asked",
                );
                expect(report.time < Duration::from_secs(5), "takes more than 5 s");
            }
        }
        if self.kind == Kind::Starter {
            // The words of the `todo!` are what a beginner reads first.
            let todo = self.part.split("todo!(\"").nth(1).and_then(|rest| rest.split('"').next());
            expect(
                todo.is_none_or(|todo| report.output.contains(todo)),
                "does not say what is to do",
            );
            expect(self.part.contains("// TODO"), "has no TODO");
            let text: Vec<_> = self.part.lines().filter(|line| line.starts_with("//!")).collect();
            let languages: Vec<_> = text.split(|line| *line == "//! ---").collect();
            expect(languages.len() == 2, "is not in two languages");
            expect(
                languages.iter().all(|lines| lines.len() <= 15),
                "has more than 15 lines of text",
            );
        }
        if self.kind == Kind::Wrong {
            let says = self.part.lines().find_map(|line| line.strip_prefix("//! says: "));
            expect(says.is_some(), "has no line `//! says: …`");
            let says = says.unwrap_or_default();
            expect(report.output.contains(says), &format!("does not say {says:?}"));
        }
        complaints
    }
}

fn answers() -> Vec<Answer> {
    let mut answers = Vec::new();
    for exercise in exercises() {
        let name = &exercise.name;
        let mut add = |kind, name: &str, part: &str| {
            let (name, part) = (name.to_string(), part.to_string());
            answers.push(Answer { exercise: exercise.clone(), kind, name, part });
        };
        add(Kind::Starter, "starter", &exercise.starter);
        let path = project().join(format!("solutions/{name}.rs"));
        let solution = fs::read_to_string(&path).expect("each exercise has a solution");
        let (part, tests) = cut(&solution);
        assert!(tests == exercise.tests, "{name}: exercise and solution have different tests");
        add(Kind::Solution, "solution", part);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("answers").join(name);
        let mut files: Vec<_> =
            fs::read_dir(&folder).expect("answers").map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let mut counts = BTreeMap::from([(Kind::Right, 0), (Kind::Wrong, 0)]);
        for path in files {
            let part = fs::read_to_string(&path).expect("an answer");
            let file = path.file_stem().unwrap().to_str().unwrap();
            let kind = if file.starts_with("right_") { Kind::Right } else { Kind::Wrong };
            assert!(kind == Kind::Right || file.starts_with("wrong_"), "{file}: right or wrong?");
            *counts.get_mut(&kind).unwrap() += 1;
            add(kind, file, &part);
        }
        assert!(counts[&Kind::Right] >= 2, "{name} needs two other right answers");
        assert!(counts[&Kind::Wrong] >= 4, "{name} needs four wrong answers");
    }
    answers
}

#[test]
fn each_answer_gets_the_verdict_it_deserves() {
    let answers = answers();
    let workshop = Workshop::open("answers");
    let reports = in_parallel(&answers, |i, answer| {
        let strict = answer.kind == Kind::Solution;
        workshop.try_out(&answer.exercise, &answer.part, &i.to_string(), strict)
    });

    let mut wrong = String::new();
    let mut cells: BTreeMap<(String, Kind), (usize, usize)> = BTreeMap::new();
    let mut slowest: BTreeMap<String, Duration> = BTreeMap::new();
    for (answer, report) in answers.iter().zip(&reports) {
        let name = &answer.exercise.name;
        let complaints = answer.complaints(report);
        let (good, all) = cells.entry((name.clone(), answer.kind)).or_default();
        *all += 1;
        *good += usize::from(complaints.is_empty());
        let slow = slowest.entry(name.clone()).or_default();
        *slow = report.time.max(*slow);
        if !complaints.is_empty() {
            wrong += &format!(
                "\n{name}/{} ({:?}) {}:\n{}\n",
                answer.name,
                report.verdict,
                complaints.join(", "),
                report.output
            );
        }
    }

    let head =
        ["exercise", "starter fails", "solution passes", "right pass", "wrong fail", "slowest"];
    let mut table = Table(vec![head.map(String::from).to_vec()]);
    for (name, time) in slowest {
        let cell = |kind| {
            let (good, all) = cells[&(name.clone(), kind)];
            format!("{good} of {all}")
        };
        let kinds = [Kind::Starter, Kind::Solution, Kind::Right, Kind::Wrong].map(cell);
        let time = format!("{:.1} s", time.as_secs_f32());
        table.0.push([vec![name], kinds.to_vec(), vec![time]].concat());
    }
    // Past the test runner, which would keep it back.
    let _ = writeln!(std::io::stderr(), "\n{}", table.markdown());
    assert!(wrong.is_empty(), "{wrong}");
}
