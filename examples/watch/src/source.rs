//! The source that the page shows, and where in it a task is paused.

use genlab::Op;

use crate::picture::quoted;

const ECHO: &str = include_str!("../echo.rs");
const SCHEDULER: &str = include_str!("../../src/scheduler.rs");

/// Both in JSON: `echo.rs`, and of the scheduler `run`.
pub fn json() -> String {
    let run: Vec<&str> = SCHEDULER.lines().collect();
    let first = run.iter().position(|line| line.starts_with("pub fn run(")).unwrap_or(0);
    let len = run[first..].iter().position(|line| *line == "}").map_or(0, |end| end + 1);
    let echo: Vec<&str> = ECHO.lines().collect();
    let echo = file("examples/echo.rs", 1, &echo);
    let run = file("src/scheduler.rs", first + 1, &run[first..first + len]);
    format!(r#"{{"echo":{echo},"run":{run}}}"#)
}

fn file(name: &str, first: usize, lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| quoted(line)).collect();
    format!(r#"{{"name":"{name}","first":{first},"lines":[{}]}}"#, lines.join(","))
}

/// A file of this repository, as it is called from its root.
pub fn name(path: &str) -> String {
    let path = path.replace("examples/watch/../", "examples/");
    let from = ["examples/", "src/"].iter().filter_map(|folder| path.find(folder)).min();
    path[from.unwrap_or(0)..].to_string()
}

/// The line of `echo.rs` in which a task of this name is paused, counted from 1.
///
/// There is one `yield` for each reason. Who waits for another descriptor than at first has found
/// none left, and pauses in `accept`.
pub fn line_of(name: &str, op: Op, elsewhere: bool) -> Option<usize> {
    let what = match op {
        _ if elsewhere => "accept(&co",
        Op::Recv => "Op::Recv",
        Op::Send => "Op::Send",
    };
    let start = ECHO.find(&format!("fn {name}("))?;
    let place = start + ECHO[start..].find(what)?;
    Some(ECHO[..place].lines().count())
}
