//! The exercises know right from wrong: each starter fails and says what is asked, each solution
//! and each right answer passes, each wrong answer fails in time, and whoever gave it is told the
//! thought behind it.
//!
//! The first comment of a wrong answer is this thought, in English and in German. From these the file
//! `examples/exercises/src/thoughts.txt` is made, which has them by symptoms:
//! `THOUGHTS=write cargo test -p classroom --test answers`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use classroom::course::{Exercise, cut, exercises, project};
use classroom::in_parallel;
use classroom::table::Table;
use classroom::workshop::{Report, Verdict, Workshop};
use serde_json::Value;

/// So many thoughts are told at most, as in `examples/exercises/src/thoughts.rs`.
const MOST: usize = 3;

/// What `check` says, as it is tested here, where it has only English words.
const NOT_GERMAN: &str = "(This is not said in German.)";

/// An answer, and what should become of it.
struct Answer {
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
    /// The first comment, in English and in German.
    fn thought(&self) -> (String, String) {
        let lines = self.part.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<_> = lines.map(str::trim).collect();
        let mut languages = lines.split(|line| *line == "---").map(|lines| lines.join(" "));
        (languages.next().unwrap_or_default(), languages.next().unwrap_or_default())
    }

    /// What is not as it should be.
    fn complaints(&self, report: &Report) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                complaints.push(what.to_string());
            }
        };
        match self.kind {
            Kind::Solution | Kind::Right => {
                expect(report.verdict == Verdict::Passed, "does not pass");
            }
            Kind::Starter | Kind::Wrong => {
                expect(report.verdict == Verdict::Failed, "does not fail in its tests");
                expect(report.output.contains("What is asked: "), "is not told what is asked");
                expect(report.time < Duration::from_secs(5), "takes more than 5 s");
                // What an answer itself panics with stays as it is.
                let known = !report.output.contains(NOT_GERMAN) || self.part.contains("assert!(");
                expect(known, "is not told in German what is wrong");
            }
        }
        if self.kind == Kind::Starter {
            // The words of the `todo!` are what a beginner reads first.
            let todo = self.part.split("todo!(\"").nth(1).and_then(|rest| rest.split('"').next());
            let english = todo.and_then(|todo| todo.split(" / ").next());
            expect(
                english.is_none_or(|todo| report.output.contains(todo)),
                "does not say what is to do",
            );
            expect(self.part.contains("// TODO: "), "has no TODO in English");
            expect(self.part.contains("// TODO (de): "), "has no TODO in German");
            let text: Vec<_> = self.part.lines().filter(|line| line.starts_with("//!")).collect();
            let languages: Vec<_> = text.split(|line| *line == "//! ---").collect();
            expect(languages.len() == 2, "is not in two languages");
            expect(
                languages.iter().all(|lines| lines.len() <= 15),
                "has more than 15 lines of text",
            );
        }
        if self.kind == Kind::Wrong {
            let (english, german) = self.thought();
            expect(!english.is_empty() && !german.is_empty(), "has no thought in two languages");
            let told: Vec<_> =
                report.output.lines().filter_map(|line| line.strip_prefix("  - ")).collect();
            expect(told.contains(&english.as_str()), "is not told its own thought");
            expect(told.len() <= MOST, "is told too many thoughts");
        }
        complaints
    }
}

fn answers(exercise: &Exercise) -> Vec<Answer> {
    let name = &exercise.name;
    let answer = |kind, name: &str, part: &str| Answer {
        kind,
        name: name.to_string(),
        part: part.to_string(),
    };
    let path = project().join(format!("solutions/{name}.rs"));
    let solution = fs::read_to_string(&path).expect("each exercise has a solution");
    let (part, tests) = cut(&solution);
    assert!(tests == exercise.tests, "{name}: exercise and solution have different tests");
    let mut answers = vec![
        answer(Kind::Starter, "starter", &exercise.starter),
        answer(Kind::Solution, "solution", part),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("answers").join(name);
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("answers").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let part = fs::read_to_string(&path).expect("an answer");
        let file = path.file_stem().unwrap().to_str().unwrap();
        let kind = if file.starts_with("right_") { Kind::Right } else { Kind::Wrong };
        assert!(kind == Kind::Right || file.starts_with("wrong_"), "{file}: right or wrong?");
        answers.push(answer(kind, file, &part));
    }
    let count = |kind| answers.iter().filter(|answer| answer.kind == kind).count();
    assert!(count(Kind::Right) >= 5, "{name} needs five other right answers");
    assert!(count(Kind::Wrong) >= 15, "{name} needs fifteen wrong answers");
    answers
}

/// What `thoughts.txt` should be for this exercise, and what of it cannot be told.
fn thoughts(name: &str, answers: &[Answer], reports: &[Report]) -> (String, Vec<String>) {
    let mut symptoms: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (answer, report) in answers.iter().zip(reports) {
        let symptom = report.output.lines().find_map(|line| line.strip_prefix("symptom: "));
        if let (Kind::Wrong, Some(symptom)) = (answer.kind, symptom) {
            let thoughts = symptoms.entry(symptom).or_default();
            if !thoughts.contains(&answer.thought()) {
                thoughts.push(answer.thought());
            }
        }
    }
    let mut text = format!("= {name}\n");
    let mut complaints = Vec::new();
    for (symptom, thoughts) in symptoms {
        text += &format!("? {symptom}\n");
        for (english, german) in &thoughts {
            text += &format!("en: {english}\nde: {german}\n");
        }
        if thoughts.len() > MOST {
            complaints.push(format!("too many thoughts for {symptom}:\n{thoughts:#?}"));
        }
    }
    (text, complaints)
}

#[test]
fn each_answer_gets_the_verdict_it_deserves() {
    let wanted = std::env::var("EXERCISE").unwrap_or_default(); // the beginning of a name, or all
    let exercises: Vec<_> =
        exercises().into_iter().filter(|exercise| exercise.name.starts_with(&wanted)).collect();
    let workshop = Workshop::open("answers");
    let results = in_parallel(&exercises, |_, exercise| {
        let answers = answers(exercise);
        let parts: Vec<_> = answers.iter().map(|answer| answer.part.as_str()).collect();
        let reports = workshop.try_out_all(exercise, &parts);
        (answers, reports)
    });

    let write = std::env::var_os("THOUGHTS").is_some() && wanted.is_empty();
    let mut wrong = String::new();
    let mut all_thoughts = String::new();
    let head = ["exercise", "starter", "solution", "right", "wrong", "longest"];
    let mut table = Table(vec![head.map(String::from).to_vec()]);
    for (exercise, (answers, reports)) in exercises.iter().zip(&results) {
        let name = &exercise.name;
        let (text, complaints) = thoughts(name, answers, reports);
        all_thoughts += &text;
        for complaint in complaints {
            wrong += &format!("\n{name}: {complaint}\n");
        }
        let mut counts: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
        for (answer, report) in answers.iter().zip(reports) {
            let mut complaints = answer.complaints(report);
            if write {
                complaints.retain(|complaint| !complaint.contains("thought"));
            }
            let (good, all) = counts.entry(answer.kind).or_default();
            *all += 1;
            *good += usize::from(complaints.is_empty());
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
        let counts = counts.values().map(|(good, all)| format!("{good} of {all}"));
        let longest = reports.iter().map(|report| report.time).max().unwrap_or_default();
        let mut cells = vec![name.clone()];
        cells.extend(counts.chain([format!("{:.1} s", longest.as_secs_f32())]));
        table.0.push(cells);
    }
    if write {
        let path = project().join("src/thoughts.txt");
        fs::write(path, format!("\n{all_thoughts}")).expect("the file of the thoughts");
    }
    // Past the test runner, which would keep it back.
    let _ = writeln!(std::io::stderr(), "\n{}", table.markdown());
    assert!(wrong.is_empty(), "{wrong}");
}

/// Also beside busy processors, which whoever runs it has to provide.
#[test]
#[ignore = "takes minutes"]
fn each_right_answer_passes_twenty_times_out_of_twenty() {
    let times = std::env::var("TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(20);
    let wanted = std::env::var("EXERCISE").unwrap_or_default();
    let workshop = Workshop::open("times");
    let mut failed = String::new();
    for exercise in exercises().iter().filter(|exercise| exercise.name.starts_with(&wanted)) {
        let right: Vec<_> = answers(exercise)
            .into_iter()
            .filter(|answer| matches!(answer.kind, Kind::Right | Kind::Solution))
            .collect();
        let parts: Vec<_> = right.iter().map(|answer| answer.part.as_str()).collect();
        let mut passed = 0;
        // All times are compiled as one program.
        let reports = workshop.try_out_all(exercise, &parts.repeat(times));
        for (answer, report) in right.iter().cycle().zip(reports) {
            match report.verdict {
                Verdict::Passed => passed += 1,
                _ => {
                    failed += &format!("\n{}/{}:\n{}\n", exercise.name, answer.name, report.output)
                }
            }
        }
        let _ = writeln!(
            std::io::stderr(),
            "{}: {passed} of {} passed",
            exercise.name,
            times * right.len()
        );
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn a_forgotten_await_is_named_by_the_compiler() {
    let manifest = fs::read_to_string(project().join("Cargo.toml")).expect("a manifest");
    assert!(manifest.contains("unused_must_use = \"warn\""), "{manifest}");
    let first = &exercises()[0];
    let answers = answers(first);
    let forgotten = answers.iter().find(|answer| answer.name == "wrong_no_await").expect("it");
    let workshop = Workshop::open("forgotten");
    let report = workshop.try_out(first, &forgotten.part, "forgotten", true);
    assert!(report.output.contains("that must be used"), "{}", report.output);
    assert!(report.output.contains("01_first_yield.rs:"), "{}", report.output);
}

/// What the recording says that a wrong answer leaves, and its file, which the failure names.
fn recording(
    workshop: &Workshop,
    number: usize,
    name: &str,
    change: (&str, &str),
) -> (Value, String) {
    let exercise = &exercises()[number - 1];
    let answers = answers(exercise);
    let answer = answers.iter().find(|answer| answer.name == name).expect("it");
    let part = answer.part.replace(change.0, change.1);
    let report = workshop.try_out(exercise, &part, name, false);
    let file = format!("{}.html", exercise.name);
    let path = report.output.lines().map(str::trim).find(|line| line.ends_with(&file));
    let path = path.unwrap_or_else(|| panic!("{name}: {}", report.output));
    let page = fs::read_to_string(path).unwrap();
    let json = page.split("type=\"application/json\">").nth(1).expect("a recording");
    let json = json.split("</script>").next().unwrap();
    (serde_json::from_str(json).expect("JSON"), part)
}

#[test]
fn an_answer_that_fails_leaves_a_recording_up_to_the_mistake() {
    let workshop = Workshop::open("recorded");
    let mut wrong = String::new();
    for (number, name, function, mistake, last) in [
        (
            5,
            "wrong_senders_first",
            "run",
            "After `wake`, in the deque, from the front: a new one",
            "append",
        ),
        (5, "wrong_areas_emptied", "run", "After `wake`, in `recv_wait`: nobody.", "append"),
        (
            5,
            "wrong_complete_put_back",
            "run",
            "After `step`, in the deque, from the front: one that has ended",
            "complete",
        ),
        (7, "wrong_ends_too_early", "run", "`run` has returned, although", "yield"),
        (7, "wrong_senders_first", "run", "stands in front of it.", "resume"),
        (7, "wrong_first_ready", "run", "instead of moved to the end of the deque.", "select"),
        (7, "wrong_resumed_and_dropped", "run", "it is nowhere.", "select"),
        (7, "wrong_select_each_time", "run", "`select` was asked, and may sleep", "select"),
        (8, "wrong_no_got", "echo_handler", "the client should hear \"GOT:Hello", "yield"),
        (8, "wrong_end_continues", "echo_handler", "it was resumed again and again", "yield"),
        (9, "wrong_greets", "tcp_server", "what the client heard before its handler", "yield"),
        (9, "wrong_one_client", "tcp_server", "should wait for the next client", "complete"),
        (13, "wrong_hears_itself", "member", "what the three heard", "yield"),
        (13, "wrong_borrow_kept", "member", "the room is still borrowed", "yield"),
    ] {
        let (recording, part) = recording(&workshop, number, name, ("", ""));
        let said = recording["mistake"]["en"].as_str().unwrap_or_default();
        if !said.contains(mistake) {
            wrong += &format!("{name}: {}\n", recording["mistake"]);
        }
        assert!(!recording["mistake"]["de"].as_str().unwrap_or_default().is_empty());
        // It ends there.
        let events = recording["events"].as_array().unwrap();
        let end = events.last().unwrap();
        assert_eq!(end["n"], recording["mistake"]["n"], "{name}: {end}");
        if end["what"] != last {
            wrong += &format!("{name}: {end}\n");
        }
        let first = recording["start"]["n"].as_u64().unwrap();
        assert!(events.iter().zip(first + 1..).all(|(event, n)| event["n"] == n), "{name}");
        assert!(events.iter().any(|event| event["what"] == "resume"), "{name}");
        // With the student's own source, line by line.
        let shown = &recording["sources"][function];
        let lines = shown["lines"].as_array().unwrap_or_else(|| panic!("{name}: {shown}"));
        let first = shown["first"].as_u64().unwrap() as usize;
        let own: Vec<_> = part.lines().skip(first - 1).take(lines.len()).collect();
        assert_eq!(*lines, own, "{name}: {shown}");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn receivers_may_be_moved_in_another_order_than_select_named_them() {
    let workshop = Workshop::open("order");
    let order = ("can_recv.iter()", "can_recv.iter().rev()");
    let (recording, part) = recording(&workshop, 7, "wrong_thousand_turns", order);
    assert!(part.contains(order.1));
    let said = recording["mistake"]["en"].as_str().unwrap_or_default();
    assert!(said.contains("`run` has returned, although"), "{}", recording["mistake"]);
    // The recording tells them as they were moved: who is taken is always in front.
    let mut deque = Vec::new();
    for event in recording["events"].as_array().unwrap() {
        match event["what"].as_str().unwrap() {
            "append" => deque.push(&event["task"]),
            "popleft" => assert_eq!(deque.remove(0), &event["task"], "{event}"),
            _ => (),
        }
        let tasks = event["tasks"].as_array();
        assert!(tasks.is_none_or(|tasks| tasks.iter().eq(deque.iter().copied())), "{event}");
    }
}

#[test]
fn a_recording_of_run_marks_the_lines_of_the_tests_own_tasks() {
    let workshop = Workshop::open("lines");
    let (recording, _) = recording(&workshop, 7, "wrong_ends_too_early", ("", ""));
    let source = &recording["sources"]["sender"];
    let first = source["first"].as_u64().unwrap();
    let events = recording["events"].as_array().unwrap();
    let cards = |event: &Value| {
        let is = |it: &&Value| it["what"] == "append" && it["task"] == event["task"];
        events.iter().find(is).unwrap()["name"] == "sender"
    };
    let mut yields = events.iter().filter(|event| event["what"] == "yield" && cards(event));
    let at = yields.next().unwrap()["at"].as_u64().unwrap();
    let line = source["lines"][(at - first) as usize].as_str().unwrap();
    assert!(line.contains("co.yield_((Op::Send"), "{line}");
}

#[test]
fn a_resume_after_the_end_is_named_by_the_line_that_did_it() {
    let workshop = Workshop::open("after_the_end");
    for (exercise, name) in [(1, "wrong_after_the_end"), (2, "wrong_always_put_back")] {
        let exercise = &exercises()[exercise];
        let answers = answers(exercise);
        let answer = answers.iter().find(|answer| answer.name == name).expect("it");
        let line =
            answer.part.lines().position(|line| line.contains(".resume()")).expect("a line") + 1;
        let report = workshop.try_out(exercise, &answer.part, name, false);
        let place =
            format!("exercises/{}.rs, line {line}:\nHere a generator is resumed", exercise.name);
        assert!(report.output.contains(&place), "{place}\n{}", report.output);
    }
}

#[test]
fn what_rust_and_the_libraries_say_when_they_panic_is_said_in_both_languages() {
    let bodies = [
        "co.yield_(n); co.yield_(n);",
        "std::future::pending::<()>().await;",
        "todo!()",
        "let _ = 0 * n - 1;",
        "let _ = u32::MAX + n;",
        "let _ = u32::MAX * (n + 1);",
        "let _ = 1 / (n - n);",
        "let _ = 1 % (n - n);",
        "let _ = std::time::Duration::ZERO - std::time::Duration::from_secs(1);",
        "Some(n).filter(|n| *n > 1000).unwrap();",
        "\"n\".parse::<u32>().unwrap();",
        "let _ = vec![n][9 + n as usize];",
        "let _ = &vec![n][..9];",
        "let _ = &vec![n][9..];",
        "let _ = &vec![n, n][1 + n as usize..n as usize];",
        "vec![n].remove(9);",
        "vec![n].swap_remove(9);",
        "vec![n].insert(9, n);",
        "vec![n].drain(9..);",
        "vec![n].split_off(9);",
        "let _ = vec![n].split_at(9);",
        "vec![n].copy_from_slice(&[n, n]);",
        "let _ = std::collections::VecDeque::from([n])[9];",
        "let _ = std::collections::HashMap::from([(1000, n)])[&n];",
        "let _ = &\"ä\"[1..];",
        "let c = std::cell::RefCell::new(n); let _a = c.borrow(); c.borrow_mut();",
        "let c = std::cell::RefCell::new(n); let _a = c.borrow_mut(); let _ = c.borrow();",
    ];
    let signature = "pub async fn countdown(co: genawaiter::rc::Co<u32>, n: u32)";
    let parts = bodies.map(|body| format!("{signature} {{ let _ = &co; {body} }}\n"));
    let workshop = Workshop::open("panics");
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let reports = workshop.try_out_all(&exercises()[0], &parts);
    for (part, report) in parts.iter().zip(&reports) {
        // A future that never yields is noticed when the function has paused already.
        let named = part.contains("pending")
            || report.output.contains("exercises/01_first_yield.rs, line 1:");
        let said = !report.output.contains(NOT_GERMAN) && report.output.contains("symptom: ");
        assert!(named && said, "{part}{}", report.output);
    }
    // What ends a task with an error.
    let handler = "fn echo_handler(client: genlab::Socket) -> genlab::Task {
        genlab::task(move |co| async move {
            co.yield_((genlab::Op::Recv, genlab::AsRawFd::as_raw_fd(&client))).await;
            client.recv(1000)?;
            std::future::pending().await
        })
    }";
    let report = workshop.try_out(&exercises()[7], handler, "foreign", false);
    assert!(!report.output.contains(NOT_GERMAN), "{}", report.output);
}

#[test]
fn thoughts_are_told_only_where_they_fit_and_headed_by_what_is_true() {
    let workshop = Workshop::open("fitting");
    let all = exercises();
    let told = |number: usize, part: &str| {
        let report = workshop.try_out(&all[number - 1], part, &format!("fits-{number}"), false);
        assert!(report.output.contains("What is asked: "), "{}", report.output);
        let lines = report.output.lines().skip_while(|line| !line.starts_with("Others who "));
        lines.take_while(|line| !line.starts_with("symptom: ")).collect::<Vec<_>>().join("\n")
    };
    // Somebody has seen exactly this.
    let once = "async fn countdown(co: genawaiter::rc::Co<u32>, n: u32) { co.yield_(n).await; }";
    assert!(
        told(1, once).starts_with("Others who saw this had thought:\n  - "),
        "{}",
        told(1, once)
    );
    // Nobody printed this, but all who printed something had the same thought.
    let prints = "async fn countdown(co: genawaiter::rc::Co<u32>, n: u32) {
        for n in (1..=n).rev() { println!(\"now {n}!\"); co.yield_(n).await; }
    }";
    let said = told(1, prints);
    assert!(said.starts_with("Others who failed here had thought:\n  - "), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
    // Others failed in the same place, for many reasons: none of them is known to be this one.
    let strange = "fn run(mut tasks: std::collections::VecDeque<exercises::Turns>) {
        tasks[1].resume();
        tasks[0].resume();
        tasks[0].resume();
    }";
    assert_eq!(told(3, strange), "");
}
