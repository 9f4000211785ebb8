//! Hands out some of the exercises, in one language, without the solutions.
//!
//! `cargo run -p classroom --bin hand_out -- FOLDER de 01 02 03` makes a folder that needs nothing
//! of this repository: the exercises as a `rustlings` project, and `genlab` beside them.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use classroom::course::{Exercise, exercises, half, not_original, project, root};
use classroom::table::clean;
use classroom::workshop::Workshop;
use toml_edit::{DocumentMut, Item, Table, value};

const HELP: &str = "\
Hands out some of the exercises, in one language, without the solutions.

Usage: cargo run -p classroom --bin hand_out -- FOLDER LANGUAGE [EXERCISE…]

FOLDER is made; it must not exist. LANGUAGE is en, de or both. EXERCISE is a
number or a name: 01, 03_round_robin. Without any, all are handed out.
In the folder: `rustlings`, or `cargo test --bin 01_first_yield`.";

/// What is at the top of the folder to read.
const README: &str = include_str!("../handed_out.md");

/// What is said there is for those who have the repository.
fn without_comments(toml: &str) -> String {
    let lines: Vec<_> = toml.lines().filter(|line| !line.starts_with('#')).collect();
    lines.join("\n") + "\n"
}

fn parse(text: &str) -> io::Result<DocumentMut> {
    text.parse().map_err(io::Error::other)
}

/// `info.toml` with only these exercises, its texts in one language.
fn info_in(info: &str, chosen: &[&Exercise], language: &str) -> io::Result<String> {
    let mut info = parse(&without_comments(info))?;
    let translate = |table: &mut Table| {
        for (_, item) in table.iter_mut() {
            if let Some(text) = item.as_str().filter(|text| text.contains('\n')) {
                let text = half(text, language).replace("../../src/", "genlab/src/");
                // Where the tests speak German anyway, nobody needs to be told how to make them.
                let needed = |line: &&str| language != "de" || !line.starts_with("Mit LANG=");
                let lines: Vec<_> = text.trim_end().lines().filter(needed).collect();
                *item = value(lines.join("\n"));
            }
        }
    };
    translate(info.as_table_mut());
    if let Some(exercises) = info["exercises"].as_array_of_tables_mut() {
        exercises.retain(|table| is_chosen(table.get("name").and_then(Item::as_str), chosen));
        exercises.iter_mut().for_each(translate);
    }
    Ok(info.to_string())
}

fn is_chosen(name: Option<&str>, chosen: &[&Exercise]) -> bool {
    chosen.iter().any(|exercise| Some(&exercise.name[..]) == name)
}

/// `Cargo.toml` with only these exercises, no solutions, and `genlab` and `recording` in folders beside it.
fn manifest(text: &str, chosen: &[&Exercise]) -> io::Result<String> {
    let mut manifest = parse(&without_comments(text))?;
    manifest["package"]["description"] = Item::None; // in English
    if let Some(bins) = manifest["bin"].as_array_mut() {
        bins.retain(|bin| {
            let name = bin.as_inline_table().and_then(|bin| bin.get("name")?.as_str());
            is_chosen(name, chosen)
        });
    }
    manifest["dependencies"]["genlab"]["path"] = value("genlab");
    manifest["dependencies"]["recording"]["path"] = value("recording");
    manifest["workspace"] = Item::Table(Table::new());
    Ok(manifest.to_string())
}

/// The manifest of `genlab` without what is about this repository only: the workspace.
fn genlab_manifest(text: &str) -> io::Result<String> {
    let mut manifest = parse(&without_comments(text))?;
    manifest["package"]["readme"] = Item::None; // it is about other folders
    for only_here in ["workspace", "profile", "example", "test", "dev-dependencies"] {
        manifest.remove(only_here);
    }
    if let Some(targets) = manifest["target"].as_table_mut() {
        for (_, target) in targets.iter_mut() {
            target.as_table_mut().and_then(|target| target.remove("dev-dependencies"));
        }
    }
    Ok(manifest.to_string())
}

/// Keeps only the words of links to other pages of the book.
fn without_links(text: &str) -> String {
    let mut pieces = text.split("](");
    let mut kept = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let (target, rest) = piece.split_once(')').unwrap_or((piece, ""));
        match kept.rfind('[') {
            Some(start) if target.contains(".md") || target.starts_with("../") => {
                kept.remove(start);
                kept += rest;
            }
            _ => kept += &format!("]({piece}"),
        }
    }
    kept
}

/// The commands in it are for the first exercise that is there.
fn readme(language: &str, chosen: &[&Exercise]) -> String {
    let first = chosen.first().map_or("", |exercise| &exercise.name);
    half(README, language).replace("01_first_yield", first) + "\n"
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

fn hand_out(folder: &Path, language: &str, chosen: &[&Exercise]) -> io::Result<()> {
    let (root, project) = (root(), project());
    fs::create_dir(folder.join("exercises"))?;
    for exercise in chosen {
        let text = exercise.in_language(language);
        // The page about Rust that it names lies with the library.
        let text = text.replace("../../docs/", "genlab/docs/");
        fs::write(folder.join(format!("exercises/{}.rs", exercise.name)), text)?;
    }
    let info = fs::read_to_string(project.join("info.toml"))?;
    fs::write(folder.join("info.toml"), info_in(&info, chosen, language)?)?;
    let cargo = fs::read_to_string(project.join("Cargo.toml"))?;
    fs::write(folder.join("Cargo.toml"), manifest(&cargo, chosen)?)?;
    fs::write(folder.join("README.md"), readme(language, chosen))?;
    let ignored = fs::read_to_string(project.join(".gitignore"))?;
    fs::write(folder.join(".gitignore"), without_comments(&ignored))?;
    fs::copy(project.join("rust-analyzer.toml"), folder.join("rust-analyzer.toml"))?;
    // The versions that were tried here, and that lie on a machine where this was built before.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    copy_all(&project.join("src"), &folder.join("src"))?;
    if language != "both" {
        // The tests speak this language, too, whatever the terminal's is.
        fs::create_dir(folder.join(".cargo"))?;
        let env = format!("[env]\nEXERCISES_LANGUAGE = \"{language}\"\n");
        fs::write(folder.join(".cargo/config.toml"), env)?;
        let other = if language == "de" { "en" } else { "de" };
        fs::remove_file(folder.join(format!("src/hints/{other}.html")))?;
    }
    // What shows a student what their own `run` did.
    copy_all(&root.join("examples/watch/page"), &folder.join("recording"))?;
    // The page that the exercises name, without its ways to others.
    for language in ["en", "de"].into_iter().filter(|one| [one, "both"].contains(&language)) {
        let (page, place) = (format!("docs/{language}/rust.md"), format!("docs/{language}"));
        let text = fs::read_to_string(root.join(&page))?;
        let text = text.trim_end().rsplit_once('\n').map_or("", |(text, _next)| text.trim_end());
        fs::create_dir_all(folder.join("genlab").join(place))?;
        fs::write(folder.join("genlab").join(page), without_links(text) + "\n")?;
    }
    copy_all(&root.join("src"), &folder.join("genlab/src"))?;
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root.join(file), folder.join("genlab").join(file))?;
    }
    let cargo = fs::read_to_string(root.join("Cargo.toml"))?;
    fs::write(folder.join("genlab/Cargo.toml"), genlab_manifest(&cargo)?)
}

/// The folder to make. A name that is empty, as an unset variable is, or that cannot be shown, is none.
fn folder(name: &OsStr) -> Result<PathBuf, String> {
    let readable = name.to_str().filter(|name| *name == clean(name));
    let Some(name) = readable else {
        let shown = clean(&name.to_string_lossy());
        return Err(format!("cannot make a folder with the name '{shown}': choose a readable one"));
    };
    if name.trim().is_empty() {
        return Err("the name of the folder is empty: say where to hand out".into());
    }
    // A link counts, wherever it leads to: so without a slash at the end, which would follow it.
    let folder: PathBuf = Path::new(name).components().collect();
    match fs::symlink_metadata(&folder) {
        Ok(_) => Err(format!("{name} exists already: choose another name, or remove it")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(folder),
        Err(error) => Err(format!("cannot make {name}: {error}")),
    }
}

/// The exercises with these numbers or names.
fn choose<'a>(all: &'a [Exercise], wanted: &[String]) -> Result<Vec<&'a Exercise>, String> {
    let is = |exercise: &Exercise, wanted: &str| {
        exercise.name == wanted || exercise.name.split('_').next() == Some(wanted)
    };
    for wanted in wanted {
        if !all.iter().any(|exercise| is(exercise, wanted)) {
            let names: Vec<_> = all.iter().map(|exercise| exercise.name.as_str()).collect();
            let wanted = clean(wanted);
            return Err(format!(
                "no exercise is '{wanted}'; there are, to be named by their numbers or as they are \
                 here: {}",
                names.join(", ")
            ));
        }
    }
    let chosen = |exercise: &&Exercise| {
        wanted.is_empty() || wanted.iter().any(|wanted| is(exercise, wanted))
    };
    Ok(all.iter().filter(chosen).collect())
}

/// Does what the arguments say; returns what became of it.
fn run(name: &OsStr, language: &str, wanted: &[String]) -> Result<String, (u8, String)> {
    let wrong = |error| (2, error);
    let folder = folder(name).map_err(wrong)?;
    if !["en", "de", "both"].contains(&language) {
        return Err(wrong(format!(
            "do not know the language '{}': en, de or both",
            clean(language)
        )));
    }
    let all = exercises();
    let chosen = choose(&all, wanted).map_err(wrong)?;
    let solved = Workshop::open("hand_out").solved(&chosen);
    if !solved.is_empty() {
        return Err((1, not_original(&solved)));
    }
    // Refused, too, if somebody has made it in the meantime.
    let make = || -> io::Result<()> {
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::create_dir(&folder)
    };
    make().map_err(|error| (1, format!("cannot make {}: {error}", folder.display())))?;
    hand_out(&folder, language, &chosen).map_err(|error| {
        let half = folder.display();
        (1, format!("cannot hand out: {error}; what is in {half} is not all: remove it"))
    })?;
    Ok(format!("{} exercises are in {}", chosen.len(), folder.display()))
}

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().skip(1).collect();
    let [folder, rest @ ..] = &args[..] else {
        eprintln!("{HELP}");
        return ExitCode::from(2);
    };
    let rest: Vec<_> = rest.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let [language, wanted @ ..] = &rest[..] else {
        eprintln!("{HELP}");
        return ExitCode::from(2);
    };
    match run(folder, language, wanted) {
        Ok(done) => println!("{done}"),
        Err((code, error)) => {
            eprintln!("{error}");
            return ExitCode::from(code);
        }
    }
    ExitCode::SUCCESS
}
