//! The source that the page shows, and its lines.

use std::panic::Location;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

const ECHO: &str = include_str!("../../echo.rs");
const SCHEDULER: &str = include_str!("../../../src/scheduler.rs");

/// A function, with the number of its first line.
struct Function {
    file: &'static str,
    first: u32,
    lines: Vec<&'static str>,
}

impl Function {
    /// From its name to the brace that ends it.
    fn find(file: &'static str, text: &'static str, name: &str) -> Function {
        let head = format!("pub fn {name}(");
        let mut lines = text.lines().skip_while(|line| !line.starts_with(&head));
        let first = text.lines().take_while(|line| !line.starts_with(&head)).count() as u32 + 1;
        let mut body: Vec<_> = lines.by_ref().take_while(|line| *line != "}").collect();
        body.push("}");
        Function { file, first, lines: body }
    }

    fn line_with(&self, part: &str) -> Option<u32> {
        let at = self.lines.iter().position(|line| line.contains(part))?;
        Some(self.first + at as u32)
    }
}

struct Sources {
    run: Function,
    tcp_server: Function,
    echo_handler: Function,
}

static SOURCES: LazyLock<Sources> = LazyLock::new(|| Sources {
    run: Function::find("src/scheduler.rs", SCHEDULER, "run"),
    tcp_server: Function::find("examples/echo.rs", ECHO, "tcp_server"),
    echo_handler: Function::find("examples/echo.rs", ECHO, "echo_handler"),
});

/// All of them in JSON, by the names of the tasks; the loop is `run`.
pub fn json() -> Value {
    let Sources { run, tcp_server, echo_handler } = &*SOURCES;
    let all = [("run", run), ("tcp_server", tcp_server), ("echo_handler", echo_handler)];
    let all = all.map(|(name, function)| {
        let Function { file, first, lines } = function;
        (name.to_string(), json!({ "file": file, "first": first, "lines": lines }))
    });
    Value::Object(Map::from_iter(all))
}

/// The line, if it is one of the tasks' source.
pub fn in_task(line: &Location<'_>) -> Option<u32> {
    line.file().ends_with("echo.rs").then_some(line.line())
}

/// The line, if it is one of the scheduler's.
pub fn in_run(line: &Location<'_>) -> Option<u32> {
    line.file().ends_with("scheduler.rs").then_some(line.line())
}

/// Where a task begins that is resumed for the first time.
pub fn beginning(task: &str) -> Option<u32> {
    let Sources { tcp_server, echo_handler, .. } = &*SOURCES;
    let function = [("tcp_server", tcp_server), ("echo_handler", echo_handler)];
    let function = function.into_iter().find(|(name, _)| *name == task)?.1;
    Some(function.line_with("task(move")? + 1)
}

/// Where `tcp_server` accepts. It may pause inside of that, where no line of the task is known.
pub fn accepting() -> Option<u32> {
    SOURCES.tcp_server.line_with(".accept(")
}

/// The line of `run` for a task that has ended, well or not.
pub fn ending(well: bool) -> Option<u32> {
    SOURCES.run.line_with(if well { "Complete(Ok(" } else { "Complete(Err(" })
}
