//! `hand_out`, as a teacher would use it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
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

fn hand_out(place: &Path, args: &[&OsStr]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hand_out")).args(args).current_dir(place).output().unwrap()
}

#[test]
fn it_is_handed_out_only_into_a_folder_that_it_makes() {
    let place = folder("only_new");
    fs::write(place.join("Cargo.toml"), "mine").unwrap();
    fs::create_dir(place.join("folder")).unwrap();
    symlink("nowhere", place.join("link")).unwrap();
    let refused = |name: &[u8], why: &str| {
        let output = hand_out(&place, &[OsStr::from_bytes(name), "en".as_ref()]);
        let said = text(&output);
        assert!(!output.status.success() && said.contains(why), "{name:?}: {said}");
        assert!(output.stdout.is_empty() && !said.contains('\u{1b}'), "{said:?}");
    };
    refused(b"", "is empty");
    refused(b" ", "is empty");
    refused(b".", "exists already");
    refused(b"folder", "exists already");
    refused(b"folder/", "exists already");
    refused(b"Cargo.toml", "exists already");
    refused(b"link", "exists already");
    refused(b"link/", "exists already");
    refused(b"Cargo.toml/below", "cannot make");
    refused(b"\xff", "readable");
    refused(b"a\x1b[31m", "readable");
    let mut left: Vec<_> =
        fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["Cargo.toml", "folder", "link"]);
    assert_eq!(fs::read_to_string(place.join("Cargo.toml")).unwrap(), "mine");
}

#[test]
fn an_exercise_is_asked_for_by_its_whole_number_or_name() {
    let place = folder("whole_names");
    for wrong in ["1", "", "0", "77", "03_round", "03_round_robin.rs"] {
        let output = hand_out(&place, &["new".as_ref(), "en".as_ref(), wrong.as_ref()]);
        let said = text(&output);
        assert!(said.contains(&format!("no exercise is '{wrong}'")), "{said}");
        assert!(said.contains("03_round_robin"), "it should say which there are: {said}");
        assert!(!output.status.success() && !place.join("new").exists());
    }
    let bad = OsStr::from_bytes(b"\xff\x1b");
    let said = text(&hand_out(&place, &["new".as_ref(), "en".as_ref(), bad]));
    assert!(said.contains("no exercise is '") && !said.contains('\u{1b}'), "{said}");
    let said = text(&hand_out(&place, &["new".as_ref(), bad]));
    assert!(said.contains("do not know the language"), "{said}");
    let said = text(&hand_out(&place, &["new".as_ref(), "fr".as_ref()]));
    assert!(said.contains("do not know the language 'fr'"), "{said}");
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
    let args = [class.as_os_str(), "de".as_ref(), "02".as_ref(), "03_round_robin".as_ref()];
    let output = hand_out(&place, &args);
    assert!(output.status.success(), "{}", text(&output));

    let read = |path: &str| fs::read_to_string(class.join(path)).unwrap();
    let (exercise, info) = (read("exercises/03_round_robin.rs"), read("info.toml"));
    assert!(exercise.contains("Drei Generatoren, ein Thread"));
    assert!(!exercise.contains("Three generators") && !exercise.contains("//! ---"));
    assert!(!exercise.contains("(de)"), "a TODO in two languages:\n{exercise}");
    let page = "genlab/docs/de/rust.md";
    assert!(exercise.contains(page) && class.join(page).exists(), "the page that it names");
    assert!(info.contains("Im Supermarkt") && !info.contains("supermarket"));
    assert_eq!(info.matches("[[exercises]]").count(), 2);
    assert!(
        !class.join("solutions").exists() && !class.join("exercises/01_first_yield.rs").exists()
    );

    // It compiles without a network, and the starter fails as it should, in its language.
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "--bin", "03_round_robin"])
        .current_dir(&class)
        .env("CARGO_TARGET_DIR", place.join("target"))
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let said = text(&output);
    assert!(said.contains("Verlangt ist: Jede Task kommt einmal pro Runde dran"), "{said}");
}
