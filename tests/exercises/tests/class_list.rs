//! `class_list`: each gets the verdict that its own answer deserves, whatever the others do.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use classroom::course::{Exercise, exercises, project};
use classroom::judge::{Judge, Report, Verdict};
use classroom::keeper::Walls;

const CLASS_LIST: &str = env!("CARGO_BIN_EXE_class_list");

/// A folder of submissions.
struct Class {
    place: PathBuf,
    expected: Vec<(String, &'static str, &'static str)>,
}

impl Class {
    fn new(name: &str) -> Class {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(place.join("submissions")).unwrap();
        Class { place, expected: Vec::new() }
    }

    fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = self.place.join("submissions").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn hand_in(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(path), text).unwrap();
    }

    /// A file and what it deserves: how the cell of its exercise begins.
    fn deserves(&mut self, path: &str, text: impl AsRef<[u8]>, verdict: &'static str) {
        self.hand_in(path, text);
        let file = path.rsplit('/').next().unwrap().to_lowercase().replace(' ', "_");
        let column = if file.starts_with("01") { "01_first_yield" } else { "03_round_robin" };
        self.expect(path.split('/').next().unwrap(), column, verdict);
    }

    fn expect(&mut self, student: &str, column: &'static str, begins: &'static str) {
        self.expected.push((student.into(), column, begins));
    }

    fn command(&self) -> Command {
        let mut command = Command::new(CLASS_LIST);
        command.arg(self.place.join("submissions")).current_dir(&self.place);
        command
    }

    fn list(&self, command: &mut Command) -> List {
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let csv = fs::read_to_string(self.place.join("class-list.csv")).unwrap();
        let rows = csv.lines().map(|line| {
            let line = line.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            line.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
        });
        List { rows: rows.collect(), output }
    }

    /// All that is not as it was expected.
    fn complaints(&self, list: &List) -> String {
        let wrong = self.expected.iter().filter_map(|(student, column, begins)| {
            let cell = list.cell(student, column);
            let holds = begins.split(" or ").any(|begins| cell.starts_with(begins));
            (!holds).then(|| format!("{student}, {column}: {cell:?} instead of {begins:?}\n"))
        });
        wrong.collect()
    }
}

struct List {
    rows: Vec<Vec<String>>,
    output: Output,
}

impl List {
    fn cell(&self, student: &str, column: &str) -> String {
        let number = self.rows[0].iter().position(|name| name == column).expect("a column");
        let row = self.rows.iter().find(|row| row[0] == student);
        row.unwrap_or_else(|| panic!("no line for {student} in {:#?}", self.rows))[number].clone()
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }
}

fn solution(name: &str) -> String {
    fs::read_to_string(project().join(format!("solutions/{name}.rs"))).unwrap()
}

fn exercise(name: &str) -> Exercise {
    exercises().into_iter().find(|exercise| exercise.name == name).expect("an exercise")
}

/// An answer to the first exercise that does this before it counts.
fn counts_after(first: &str) -> String {
    format!(
        "use genawaiter::rc::Co;\nasync fn countdown(co: Co<u32>, n: u32) {{ {first}\nfor i in \
         (1..=n).rev() {{ co.yield_(i).await; }} }}"
    )
}

/// An answer to the third that does this before it is right.
fn runs_after(first: &str) -> String {
    solution("03_round_robin").replacen("Turns>) {", &format!("Turns>) {{\n{first}"), 1)
}

/// Wrong, whatever stands in it.
fn never_counts(body: &str) -> String {
    format!("use genawaiter::rc::Co;\nasync fn countdown(co: Co<u32>, n: u32) {{ {body} }}")
}

/// Starts a process that leaves its group, its session and its parent, and sleeps.
fn daemon(seconds: &str) -> String {
    format!(
        "let _ = std::process::Command::new(\"sh\").args([\"-c\", \"setsid sh -c 'sleep {seconds} & \
         sleep {seconds}' >/dev/null 2>&1 &\"]).status();"
    )
}

/// How many processes have this word on their command line.
fn processes(word: &str) -> usize {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).split('\0').any(|arg| arg == word)).count()
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What is wrong, and what is wrong on purpose, in the order in which it is tried: the good ones
/// come among the others and at the end.
fn class_of_thirty() -> Class {
    let mut class = Class::new("thirty");
    let (first, third) = (solution("01_first_yield"), solution("03_round_robin"));
    let (path1, path3) = ("01_first_yield.rs", "03_round_robin.rs");

    class.deserves("02 good/01_first_yield.rs", &first, "passed");
    class.deserves("02 good/03_round_robin.rs", third.replace('\n', "\r\n"), "passed");
    class.deserves(&format!("03 aborts/{path1}"), never_counts("std::process::abort()"), "failed");
    let deletes = "let me = std::env::current_exe().unwrap();
        for folder in me.ancestors().skip(1).take(3) { let _ = std::fs::remove_dir_all(folder); }";
    class.deserves(&format!("04 deletes/{path1}"), never_counts(deletes), "failed");
    class.deserves(&format!("05 exits/{path1}"), never_counts("std::process::exit(0)"), "failed");
    let constructor = "\nextern \"C\" fn leave() { std::process::exit(0) }
        #[used]\n#[unsafe(link_section = \".init_array\")]
        static LEAVE: extern \"C\" fn() = leave;";
    let early = never_counts("std::future::pending::<()>().await") + constructor;
    class.deserves(&format!("06 exits before main/{path1}"), early, "failed");
    let pretends = "print!(\"\\ntest tests::it_keeps_its_promises ... ok\\n\\ntest result: ok. 1 \
        passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\\n\");
        println!(\" passed it_keeps_its_promises\");
        use std::io::Write; let _ = std::fs::OpenOptions::new().write(true).open(\"/proc/self/fd/0\")
            .map(|mut f| f.write_all(b\"\\n passed it_keeps_its_promises\\n\"));
        std::process::exit(0)";
    class.deserves(&format!("07 pretends/{path1}"), never_counts(pretends), "failed");
    let megabyte = "for _ in 0..20_000 { println!(\"{}\", \"x\".repeat(60)); }";
    class.deserves(&format!("08 megabyte/{path3}"), runs_after(megabyte), "passed");
    let own = "#[allow(unused_macros)] macro_rules! assert_eq { ($($t:tt)*) => {} }
        #[allow(unused_macros)] macro_rules! panic { ($($t:tt)*) => {} }
        pub fn check(_: &str, _: &str, _: impl FnOnce()) {}
        pub fn catch_unwind() {}\n";
    class.deserves(
        &format!("09 own names, wrong/{path1}"),
        format!("{own}{}", never_counts("co.yield_(n).await")),
        "failed",
    );
    class.deserves(
        &format!("10 own names, right/{path1}"),
        format!("{own}{}", counts_after("")),
        "passed",
    );
    let impostor = "extern crate self as exercises; extern crate self as court;
        pub fn first_yield<T>(_: T) {} pub fn hold(_: &[(&str, fn())]) -> ! { loop {} }\n";
    class.deserves(
        &format!("11 impostor/{path1}"),
        format!("{impostor}{}", never_counts("")),
        "failed or does not compile",
    );
    let tests = "fn main() {}\n#[test]\nfn passes() {}\n";
    let path = format!("12 own tests/{path3}");
    class.deserves(&path, tests, "not judged: 03_round_robin.rs has nothing above the tests");
    class.deserves(&format!("13 no Rust/{path1}"), "this is no Rust", "does not compile: error");
    let code = third.lines().filter(|line| !line.starts_with("//!")).collect::<Vec<_>>().join("\n");
    fs::write(class.place.join("cribbed.rs"), code.split("// ====").next().unwrap()).unwrap();
    let others = format!("include!({:?});", class.place.join("cribbed.rs"));
    class.deserves(&format!("14 includes/{path3}"), others, "not judged: it reads other files");
    class.hand_in(&format!("15 links/{path3}"), &third);
    symlink("../02 good/01_first_yield.rs", class.path("15 links/01_first_yield.rs")).unwrap();
    symlink(project().join("solutions"), class.path("15 links/more")).unwrap();
    class.expect("15 links", "01_first_yield", "not judged: 01_first_yield.rs is a link");
    class.expect("15 links", "03_round_robin", "passed");
    class.expect("15 links", "notes", "more is a link");
    symlink("02 good", class.path("16 linked")).unwrap();
    class.expect("16 linked", "notes", "a link");
    class.deserves("17 copies/01_first_yield (1).rs", &first, "passed");
    class.deserves("17 copies/03_Round_Robin.RS", &third, "passed");
    class.deserves("18 text/01_first_yield.rs.txt", &first, "passed");
    class.hand_in("18 text/README.md", "mine");
    class.deserves("19 deep/my project/of tuesday/exercises/01_first_yield.rs", &first, "passed");
    class.hand_in("19 deep/pictures/me.png", "");
    class.hand_in("20 twice/01_first_yield.rs", exercise("01_first_yield").starter);
    class.deserves("20 twice/exercises/01_first_yield.rs", &first, "passed");
    class.hand_in("21 03_round_robin.rs", &third);
    class.expect("21 03_round_robin.rs", "notes", "no folder");
    fs::create_dir(class.path("22 nothing")).unwrap();
    class.expect("22 nothing", "notes", "nothing in it");
    class.hand_in("23 other names/1.rs", &first);
    class.expect("23 other names", "notes", "named like no exercise: 1.rs");
    class.deserves("24 long/01_first_yield.rs", "x".repeat(1_000_000), "not judged");
    let wide: Vec<u8> = first.encode_utf16().flat_map(u16::to_le_bytes).collect();
    class.deserves("24 long/03_round_robin.rs", wide, "not judged: 03_round_robin.rs is no text");
    class.deserves(&format!("25 spins/{path3}"), runs_after("loop {}"), "failed or too slow");
    let spam =
        "let _ = std::process::Command::new(\"sh\").args([\"-c\", \"sleep 1000 & yes\"]).spawn();
         loop { use std::io::Write; let _ = std::io::stderr().write_all(&[b'!'; 1000]); }";
    class.deserves(&format!("26 spam/{path3}"), runs_after(spam), "failed or too slow");
    class.deserves(&format!("27 daemon/{path3}"), runs_after(&daemon("98765.27")), "passed");
    let forks = "for _ in 0..50 {
         let _ = std::process::Command::new(\"setsid\").args([\"sleep\", \"98765.28\"]).spawn(); }";
    class.deserves(&format!("28 forks/{path1}"), never_counts(forks), "failed");
    // Whatever it can write to: other programs, libraries, submissions, and the list.
    let overwrites = format!(
        "fn over(folder: &std::path::Path) {{
             for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {{
                 let Ok(kind) = entry.file_type() else {{ continue }};
                 if kind.is_dir() {{ over(&entry.path()) }}
                 else {{ let _ = std::fs::write(entry.path(), \"\"); }} }} }}
         let me = std::env::current_exe().unwrap();
         over(me.ancestors().nth(2).unwrap());
         over(std::path::Path::new({:?}));",
        class.place
    );
    class.deserves(&format!("29 overwrites/{path3}"), runs_after(&overwrites), "passed or failed");
    let kills = "let above = std::os::unix::process::parent_id().to_string();
         for signal in [\"-STOP\", \"-KILL\"] { for whom in [above.as_str(), \"-1\"] {
             let _ = std::process::Command::new(\"kill\").args([signal, \"--\", whom]).status(); } }";
    class.deserves(&format!("30 kills/{path3}"), runs_after(kills), "failed or too slow");
    // A name for each that reads it.
    class.deserves("=1+1/01_first_yield.rs", &first, "passed");
    class.expected.last_mut().unwrap().0 = "'=1+1".into();
    class.deserves("a|b_*\u{1b}[31m\u{202e}/01_first_yield.rs", &first, "passed");
    class.expected.last_mut().unwrap().0 = "a|b_*\u{fffd}[31m\u{fffd}".into();
    let bytes = Path::new(OsStr::from_bytes(b"zz\xff")).join(path1);
    fs::write(class.path(bytes), &first).unwrap();
    class.expect("zz\u{fffd}", "01_first_yield", "passed");
    // As it was handed out, in one language, with what a Mac leaves beside it.
    let handed_out = class.path("whole/tuesday");
    let output = Command::new(env!("CARGO_BIN_EXE_hand_out"))
        .args([handed_out.as_os_str(), "de".as_ref(), "01".as_ref(), "03".as_ref()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    class.hand_in("whole/.DS_Store", "");
    class.hand_in("whole/__MACOSX/tuesday/exercises/._01_first_yield.rs", "");
    class.expect("whole", "01_first_yield", "not begun");
    class.expect("whole", "03_round_robin", "not begun");
    class.expect("whole", "notes", "");
    class.deserves(&format!("zoe/{path1}"), counts_after(""), "passed");
    class.deserves(&format!("zoe/{path3}"), &third, "passed");
    class
}

#[test]
fn thirty_submissions_get_what_each_deserves() {
    let class = class_of_thirty();
    let before = fs::read(class.path("zoe/03_round_robin.rs")).unwrap();
    let start = Instant::now();
    let list = class.list(&mut class.command());
    let time = start.elapsed();
    let _ = writeln!(std::io::stderr(), "{}\n{:.0} s", list.shown(), time.as_secs_f32());
    let complaints = class.complaints(&list);
    assert!(complaints.is_empty(), "{complaints}");

    // Only what was handed out has a column, and the table is narrow enough for a projector.
    assert_eq!(list.rows[0], ["student", "01_first_yield", "03_round_robin", "passed", "notes"]);
    assert!(list.rows.len() > 30, "{} lines", list.rows.len());
    let shown = list.shown();
    let table: Vec<_> = shown.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(table.len(), list.rows.len() + 1);
    assert!(table.iter().all(|line| line.chars().count() <= 60), "{shown}");
    // What failed says what was asked; what does not compile says the error.
    assert!(shown.contains("25 spins, 03_round_robin: failed: "), "{shown}");
    let why = list.cell("13 no Rust", "01_first_yield");
    assert!(why.starts_with("does not compile: error: expected"), "{why}");
    assert!(!shown.contains(['\u{1b}', '\u{202e}']));
    let markdown = fs::read_to_string(class.place.join("class-list.md")).unwrap();
    assert!(markdown.contains("| a\\|b\\_\\*\u{fffd}\\[31m\u{fffd} "), "{markdown}");
    // Nobody is left, and what is read later was not written to.
    assert_eq!(processes("98765.27") + processes("98765.28"), 0);
    if !String::from_utf8_lossy(&list.output.stderr).contains("not shut in") {
        assert_eq!(fs::read(class.path("zoe/03_round_robin.rs")).unwrap(), before);
    }
}

#[test]
fn without_walls_nobody_stays_and_a_changed_program_is_noticed() {
    let mut class = Class::new("open");
    let right = solution("03_round_robin");
    class.deserves("a/03_round_robin.rs", runs_after(&daemon("98765.31")), "passed");
    // The one that keeps it is killed, or stopped for good, while a daemon is out.
    for (student, signal) in [("b", "-KILL"), ("c", "-STOP")] {
        let kills = format!(
            "{} let above = std::os::unix::process::parent_id().to_string();
             let _ = std::process::Command::new(\"kill\").args([{signal:?}, &above]).status();
             std::thread::sleep(std::time::Duration::from_secs(100));",
            daemon("98765.31")
        );
        let path = format!("{student}/03_round_robin.rs");
        class.deserves(&path, runs_after(&kills), "failed or too slow");
    }
    let overwrites = "let me = std::env::current_exe().unwrap();
        for entry in std::fs::read_dir(me.ancestors().nth(2).unwrap()).unwrap().flatten() {
            let other = entry.path().join(\"exercise\");
            if other != me && other.exists() { let _ = std::fs::remove_file(&other);
                let _ = std::fs::copy(&me, &other); } }";
    class.deserves("d/03_round_robin.rs", runs_after(overwrites), "passed");
    class.deserves("e/03_round_robin.rs", &right, "not judged: its program was changed");
    let list = class.list(class.command().env("OPEN", "1"));
    let complaints = class.complaints(&list);
    assert!(complaints.is_empty(), "{complaints}\n{}", list.shown());
    let said = String::from_utf8_lossy(&list.output.stderr);
    assert!(said.contains("not shut in"), "{said}");
    assert_eq!(processes("98765.31"), 0);
}

#[test]
fn when_the_class_list_is_killed_all_that_it_started_ends() {
    for (walls, seconds) in [(None, "98765.41"), (Some("1"), "98765.42")] {
        let mut class = Class::new(&format!("killed{}", seconds));
        let waits = format!("{} loop {{}}", daemon(seconds));
        class.deserves("a/03_round_robin.rs", runs_after(&waits), "failed");
        let mut command = class.command();
        if let Some(open) = walls {
            command.env("OPEN", open);
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("the daemon", || processes(seconds) > 0);
        child.kill().unwrap();
        child.wait().unwrap();
        until("the end of the daemon", || processes(seconds) == 0);
    }
}

#[test]
fn two_class_lists_at_once_do_not_disturb_each_other() {
    let classes: Vec<_> = ["one", "two"].map(Class::new).into_iter().collect();
    for class in &classes {
        for student in ["a", "b", "c"] {
            class.hand_in(&format!("{student}/01_first_yield.rs"), solution("01_first_yield"));
        }
    }
    let children: Vec<Child> = classes
        .iter()
        .map(|class| class.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    let places = Path::new(CLASS_LIST).with_file_name("../class_list");
    for child in children {
        let place = places.join(child.id().to_string());
        let output = child.wait_with_output().unwrap();
        assert!(!place.exists(), "{} should be gone", place.display());
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.matches("1 of 1").count(), 3, "{said}");
    }
}

#[test]
fn the_best_of_several_files_counts() {
    let mut class = Class::new("several");
    class.hand_in("a/01_first_yield.rs", never_counts(""));
    class.deserves("a/01_first_yield (1).rs", solution("01_first_yield"), "passed");
    for i in 0..5 {
        class
            .hand_in(&format!("b/01_first_yield ({i}).rs"), never_counts(&format!("let _ = {i};")));
    }
    class.expect("b", "01_first_yield", "not judged: 5 different files");
    let list = class.list(&mut class.command());
    let complaints = class.complaints(&list);
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let class = Class::new("unreadable");
    let missing = Command::new(CLASS_LIST).arg(OsStr::from_bytes(b"\xff\x1b")).output().unwrap();
    let said = String::from_utf8_lossy(&missing.stderr);
    assert!(said.starts_with("cannot read \u{fffd}\u{fffd}: "), "{said:?}");
    assert!(!missing.status.success());
    let empty = class.command().output().unwrap();
    assert!(String::from_utf8_lossy(&empty.stderr).contains("each student needs a folder"));
    assert!(!empty.status.success());
    // A pipe would keep whoever reads it waiting.
    let pipe = class.path("a/01_first_yield.rs");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    class.hand_in("b/01_first_yield.rs", solution("01_first_yield"));
    fs::set_permissions(class.path("b/01_first_yield.rs"), PermissionsExt::from_mode(0o0)).unwrap();
    let list = class.list(&mut class.command());
    assert_eq!(list.cell("a", "01_first_yield"), "not judged: 01_first_yield.rs is no file");
    let b = list.cell("b", "01_first_yield"); // root may read it
    assert!(b == "passed" || b == "not judged: 01_first_yield.rs cannot be read", "{b}");
}

/// An exercise whose test is on the edge: whoever brings a macro or a name of its own changes nothing.
fn addition() -> Exercise {
    let tests = "// ==== The tests.\n\nfn main() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn \
                 it_adds() {\n        ::std::assert_eq!(super::add(2, 3), 5);\n    }\n}\n";
    let starter = "fn add(a: i32, b: i32) -> i32 {\n    todo!()\n}";
    Exercise { name: "00_add".into(), starter: starter.into(), tests: tests.into() }
}

#[test]
fn nobody_is_judged_where_the_solution_does_not_pass() {
    let judge = Judge::open("judge", CLASS_LIST.into(), Walls::Shut).unwrap();
    let exercise = addition();
    let right = "fn add(a: i32, b: i32) -> i32 { a + b }";
    assert_eq!(judge.prove(&[(&exercise, right.into())]), Ok(()));
    let error = judge.prove(&[(&exercise, right.replace('+', "-"))]).unwrap_err();
    assert!(error.contains("not even the solution of 00_add passes (failed: "), "{error}");
    let solved = Exercise { starter: right.into(), ..addition() };
    let error = judge.prove(&[(&solved, right.into())]).unwrap_err();
    assert!(error.contains("solved in examples/exercises/exercises: 00_add"), "{error}");
}

#[test]
fn only_what_the_tests_say_counts() {
    let judge = Judge::open("words", CLASS_LIST.into(), Walls::Shut).unwrap();
    let verdict = |name: &str, part: &str| {
        let Report { verdict, why } = judge.try_out(&addition(), part, name);
        (verdict, why)
    };
    let add = |body: &str| format!("fn add(a: i32, b: i32) -> i32 {{ {body} }}");
    assert_eq!(verdict("right", &add("a + b")).0, Verdict::Passed);
    assert_eq!(verdict("wrong", &add("a - b")).0, Verdict::Failed);
    assert_eq!(verdict("exit", &add("std::process::exit(0)")).0, Verdict::Failed);
    let asks = add("println!(\"What is asked: \\u{1b}[31mmore\"); a - b");
    assert_eq!(verdict("asks", &asks), (Verdict::Failed, "\u{1b}[31mmore".into()));
    // The names by which our crates are called in the tests are drawn anew each time.
    let own = "extern crate self as court;\npub fn hold(_: &[(&str, fn())]) -> ! { loop {} }\n";
    assert_eq!(verdict("court", &(own.to_string() + &add("a - b"))).0, Verdict::Failed);
    let (slow, why) = verdict("slow", &add("loop {}"));
    assert_eq!((slow, why.as_str()), (Verdict::TooSlow, "it_adds did not end in 5 s"));
}
