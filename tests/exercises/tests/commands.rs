//! The two commands for teachers, as a teacher would use them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use classroom::course::{cut, exercises, project};
use classroom::workshop::Workshop;

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn the_class_list_survives_every_submission() {
    let place = folder("class_list");
    let hand_in = |student: &str, name: &str, text: &str| {
        let path = place.join("submissions").join(student).join("exercises");
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join(format!("{name}.rs")), text).unwrap();
    };
    let exercise = |name: &str| {
        exercises().into_iter().find(|exercise| exercise.name == name).expect("an exercise")
    };
    let solution =
        |name: &str| fs::read_to_string(project().join(format!("solutions/{name}.rs"))).unwrap();
    let (first, third) = (exercise("01_first_yield"), exercise("03_round_robin"));
    let countdown = |body: &str| {
        let head = "use genawaiter::rc::Co;\nasync fn countdown(co: Co<u32>, n: u32)";
        first.with(&format!("{head} {{ {body} }}"))
    };
    let run = |body: &str| {
        let head = "use std::collections::VecDeque;\nuse exercises::Turns;\n";
        third.with(&format!("{head}fn run(tasks: VecDeque<Turns>) {{ {body} }}"))
    };
    // The names are in the order in which they are tried.
    hand_in("=1+1", "01_first_yield", &solution("01_first_yield"));
    hand_in("abort", "01_first_yield", &countdown("std::process::abort()"));
    hand_in(
        "deletes",
        "01_first_yield",
        &countdown(
            "let me = std::env::current_exe().unwrap();
         let _ = std::fs::remove_dir_all(me.parent().unwrap().parent().unwrap());",
        ),
    );
    hand_in("exit", "01_first_yield", &countdown("std::process::exit(0)"));
    hand_in("starter", "01_first_yield", &first.with(&first.starter));
    hand_in("no_rust", "01_first_yield", "this is no Rust");
    hand_in("no_tests", "03_round_robin", cut(&solution("03_round_robin")).0);
    hand_in("own_tests", "03_round_robin", "fn main() {}\n#[test]\nfn passes() {}\n");
    hand_in("spam", "03_round_robin", &run(
        "let _ = std::process::Command::new(\"sh\").args([\"-c\", \"sleep 1000 & yes\"]).spawn();
         loop { use std::io::Write; let _ = std::io::stderr().write_all(&[b'!'; 1000]); }",
    ));
    hand_in("nothing", "99_other", "");
    // As it was handed out, in one language.
    let class = place.join("tuesday");
    let output = Command::new(env!("CARGO_BIN_EXE_hand_out"))
        .args([class.as_os_str(), "de".as_ref(), "03".as_ref()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let german = fs::read_to_string(class.join("exercises/03_round_robin.rs")).unwrap();
    hand_in("german", "03_round_robin", &german);
    // The whole folder that was handed out, in the student's.
    let mut whole = place.join("submissions/whole");
    fs::create_dir_all(&whole).unwrap();
    // A Mac leaves these beside it.
    fs::write(whole.join(".DS_Store"), "").unwrap();
    fs::create_dir_all(whole.join("__MACOSX")).unwrap();
    whole.push("tuesday");
    fs::rename(&class, whole).unwrap();

    let output = Command::new(env!("CARGO_BIN_EXE_class_list"))
        .arg(place.join("submissions"))
        .current_dir(&place)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let csv = fs::read_to_string(place.join("class-list.csv")).unwrap();
    let verdict = |student: &str, column: usize| {
        let line = csv.lines().find(|line| line.starts_with(&format!("\"{student}\",")));
        let cell = line.and_then(|line| line.split(',').nth(column));
        cell.unwrap_or_else(|| panic!("no line for {student} in\n{csv}")).to_string()
    };
    assert_eq!(verdict("'=1+1", 1), "\"passed\""); // and no formula for the spreadsheet
    assert_eq!(verdict("abort", 1), "\"failed\"");
    assert_eq!(verdict("deletes", 1), "\"failed\"");
    assert_eq!(verdict("exit", 1), "\"failed\"");
    assert_eq!(verdict("starter", 1), "\"not begun\"");
    assert_eq!(verdict("german", 3), "\"not begun\"");
    assert_eq!(verdict("whole", 3), "\"not begun\"");
    assert_eq!(verdict("no_rust", 1), "\"does not compile\"");
    assert_eq!(verdict("no_tests", 3), "\"passed\""); // with the tests of the original
    assert_eq!(verdict("own_tests", 3), "\"does not compile\"");
    assert_eq!(verdict("spam", 3), "\"failed\"");
    assert_eq!(verdict("nothing", 1), "\"–\"");
    let markdown = fs::read_to_string(place.join("class-list.md")).unwrap();
    assert_eq!(markdown.lines().count(), csv.lines().count() + 1);
    assert_eq!(String::from_utf8_lossy(&output.stdout), markdown);
}

#[test]
fn an_exercise_that_is_solved_in_the_repository_is_noticed() {
    let all = exercises();
    let mut solved = all[2].clone();
    let text = fs::read_to_string(project().join(format!("solutions/{}.rs", solved.name))).unwrap();
    solved.starter = cut(&text).0.to_string();
    let workshop = Workshop::open("solved");
    assert_eq!(workshop.solved(&[&all[0], &solved, &all[4]]), ["03_round_robin"]);
}

#[test]
fn what_is_handed_out_needs_nothing_of_this_repository() {
    let place = folder("hand_out");
    let class = place.join("monday");
    let hand_out = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_hand_out")).arg(&class).args(args).output().unwrap()
    };
    assert!(text(&hand_out(&["fr"])).contains("do not know the language 'fr'"));
    assert!(text(&hand_out(&["de", "77"])).contains("no exercise begins with '77'"));
    let output = hand_out(&["de", "02", "03_round"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&hand_out(&["de"])).contains("exists already"));

    let read = |path: &str| fs::read_to_string(class.join(path)).unwrap();
    let (exercise, info) = (read("exercises/03_round_robin.rs"), read("info.toml"));
    assert!(exercise.contains("Drei Generatoren, ein Thread"));
    assert!(!exercise.contains("Three generators") && !exercise.contains("//! ---"));
    assert!(info.contains("Im Supermarkt") && !info.contains("supermarket"));
    assert_eq!(info.matches("[[exercises]]").count(), 2);
    assert!(
        !class.join("solutions").exists() && !class.join("exercises/01_first_yield.rs").exists()
    );

    // It compiles without a network, and the starter fails as it should.
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "--bin", "03_round_robin"])
        .current_dir(&class)
        .env("CARGO_TARGET_DIR", place.join("target"))
        .env("LC_ALL", "de_DE.UTF-8")
        .output()
        .unwrap();
    let said = text(&output);
    assert!(said.contains("Verlangt ist: Jede Task kommt einmal pro Runde dran"), "{said}");
}
