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

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn what_a_student_reads_is_in_the_language_that_was_asked_for() {
    const ENGLISH: [&str; 9] = ["the", "and", "is", "of", "you", "what", "it", "to", "with"];
    const GERMAN: [&str; 9] = ["der", "die", "das", "und", "ist", "du", "wer", "nicht", "mit"];
    let place = folder("languages");
    for (language, foreign) in [("en", GERMAN), ("de", ENGLISH)] {
        let class = place.join(language);
        let output = hand_out(&place, &[class.as_os_str(), language.as_ref()]);
        assert!(output.status.success(), "{}", text(&output));
        let library = |path: &Path| {
            let path = path.strip_prefix(&class).unwrap();
            path.starts_with("genlab") && !path.starts_with("genlab/docs")
                || path.starts_with("src") && !path.starts_with("src/hints")
                || path.starts_with("recording") // its page is in both
                || path.ends_with("Cargo.lock")
        };
        let read: Vec<_> = files(&class).into_iter().filter(|path| !library(path)).collect();
        assert!(read.iter().any(|path| path.ends_with("README.md")));
        assert!(read.iter().any(|path| path.ends_with(format!("src/hints/{language}.html"))));
        assert!(!class.join("genlab/README.md").exists(), "it is about other folders");
        for exercise in exercises() {
            let file = class.join(format!("exercises/{}.rs", exercise.name));
            let page = format!("genlab/docs/{language}/rust.md");
            assert!(fs::read_to_string(file).unwrap().contains(&page) && class.join(page).exists());
        }
        for path in read {
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("../.."), "{}: there is nothing there", path.display());
            assert!(!text.contains(".md)"), "{}: a link to nothing", path.display());
            // A page has pieces of our own code, letter for letter.
            let text: Vec<_> = text.split("```").step_by(2).collect();
            for (number, line) in text.join("").lines().enumerate() {
                // What is code is in no language.
                let words = line.split('`').step_by(2).flat_map(|words| words.split(' '));
                let word = words
                    .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
                    .find(|word| foreign.contains(&word.to_lowercase().as_str()));
                let umlaut = language == "en" && line.contains(['ä', 'ö', 'ü', 'ß', '„']);
                let place = format!("{}:{}: {line}", path.display(), number + 1);
                assert!(word.is_none() && !umlaut, "{place}: {word:?}");
            }
        }
    }
}

#[test]
fn a_hint_leads_to_its_stages_and_the_last_one_leaves_something_to_write() {
    let info = fs::read_to_string(project().join("info.toml")).unwrap();
    for language in ["en", "de"] {
        let page =
            fs::read_to_string(project().join(format!("src/hints/{language}.html"))).unwrap();
        for exercise in exercises() {
            let name = exercise.name;
            let link = format!("src/hints/{language}.html#{name}\n");
            assert!(info.replace("\"\"\"", "\n").contains(&link), "{name}: {link}");
            assert!(page.contains(&format!("<a href=\"#{name}\">")), "{name}");
            let section = page.split(&format!("<h2 id=\"{name}\">")).nth(1).expect("an anchor");
            let section = section.split("<h2").next().unwrap_or_default();
            let stages: Vec<_> = section.split("<details>").skip(1).collect();
            assert_eq!(stages.len(), 3, "{name}");
            let form = stages[2].split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next());
            assert!(form.expect("a form of the code").contains('…'), "{name}");
            // Prose has lines that break: it stands in no `pre`, and has no raw backticks.
            assert!(!section.contains('`') && !section.contains("&gt;"), "{name}");
            let first = stages[0].split("<p>").nth(1).and_then(|rest| rest.split("</p>").next());
            let first = first.expect("words").replace("<code>", "`").replace("</code>", "`");
            assert!(info.contains(&first), "{name}: another first hint on the page: {first}");
        }
    }
}
