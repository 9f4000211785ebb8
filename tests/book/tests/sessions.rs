//! The console sessions of README and of the book are run, and what comes is compared.
//!
//! How a ```` ```console ```` block is read:
//!
//! - `$ command` is run by `sh` in the root of the repository; `cd` holds until the page's end.
//!   `cargo run --example NAME` is the example, without cargo's own lines; `cargo run -p watch` is
//!   that package's program.
//!   The ports 25000, 25001, 25002 and 8000 become free ones, in the commands and in what is expected.
//! - A command that starts one of [`EXAMPLES`] that serve, and is shown to run (`Server running on`),
//!   stays until the page's end. Its block shows what it prints up to then; a later block without a
//!   `$` shows what the server that was started last prints next.
//! - `nc HOST PORT` and `cargo run --example client` are clients. A line of theirs is what the server
//!   answers if it begins with one of [`ANSWERS`], and so is all that follows `HTTP/`. Any other line is
//!   typed. A client stays, too; `… (nc 1)` at the top of a later block goes on with the first of them.
//! - Every other command has to end, and its whole output (stdout and stderr) has to be shown. So has
//!   a server or a client that is followed by a `$` in the same block.
//! - `^C` and `^D`, as the last line, end a program: Ctrl-C, or the end of its input. A client must
//!   have nothing left to say then.
//! - `…` alone stands for any lines, or none. The port of a client may be any.
//! - What is in [`NOT_RUN`] is not run, shows no output, and says where it is run instead.
//!
//! `trycmd` and `snapbox` run a command to its end before they compare; here several programs talk to
//! one another, line by line, on ports that vary. So this is our own.
#![cfg(unix)]

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio, id};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use book::{Block, Page, all, root};
use harness::{DEADLINE, Process, example, interruptible, program};
use rustix::process::Signal;

/// A line of a page, with its number.
type Line<'a> = (usize, &'a str);

/// The examples that serve: their arguments unless others are given, and whether they print a line
/// for each client that comes and goes.
const EXAMPLES: &[(&str, &str, bool)] = &[
    ("chat", "0.0.0.0:25000", false),
    ("echo", "0.0.0.0:25000", true),
    ("gensocket", "0.0.0.0:25000", true),
    ("http", "127.0.0.1:8000", false),
    ("jobs", "0.0.0.0:25000", false),
    ("proxy", "127.0.0.1:25001 127.0.0.1:25000", false),
    ("server", "0.0.0.0:25000", true),
    ("timer", "0.0.0.0:25000", true),
    ("watch", "0.0.0.0:25000 127.0.0.1:8000", true),
    ("yieldfrom", "0.0.0.0:25000", true),
];

/// The one that is a package of its own.
const WATCH: &str = "cargo run -p watch";

/// How the lines begin that servers, or the clients themselves, print in a client's terminal.
const ANSWERS: &[&str] = &["GOT:", "HTTP/", "* ", "nc: ", "Connection ", "cannot "];

/// The commands that are not run here: why, and the line of `.ci/run` that runs them or what stands
/// for them.
const NOT_RUN: &[(&str, &str, &str)] = &[
    ("cargo test", "it would run this test again", "cargo test"),
    ("cargo doc --open", "it opens a window", "cargo doc --no-deps"),
    ("cargo run --release -p bench", "it takes minutes", "cargo test -p bench"),
    ("cargo run -p bench", "the bench is not built here", "cargo test -p bench"),
    ("cargo run -p classroom", "it writes into your home", "cargo test -p classroom"),
    ("cargo run -p faults", "it takes minutes", "cargo test -p faults"),
    ("cargo run --release -p faults", "it takes minutes", "cargo test -p faults"),
];

/// A program of a page, running or ended.
struct Program {
    command: String,
    process: Process,
    /// What has come, and how many lines of it the page has shown.
    lines: Vec<String>,
    shown: usize,
    ended: bool,
    kind: Kind,
    only_answers: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// It has to end.
    Ends,
    /// It stays; it may print more than the page shows. `true` if it prints a line for each client.
    Serves(bool),
    /// It stays, and lines are typed into it.
    Talks,
}

impl Program {
    /// Takes in one more line. `false` at the end of its output.
    fn fetch(&mut self, patience: Duration) -> Result<bool, String> {
        match self.process.stdout.recv_timeout(patience) {
            Ok(line) => self.lines.push(line),
            Err(RecvTimeoutError::Disconnected) => self.ended = true,
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("nothing, for {patience:?}\nby:       {}", self.command));
            }
        }
        Ok(!self.ended)
    }

    /// The next line that the page has not shown; `None` at the end.
    fn next(&mut self) -> Result<Option<String>, String> {
        if self.shown == self.lines.len() && !self.fetch(DEADLINE)? {
            return Ok(None);
        }
        self.shown += 1;
        Ok(Some(self.lines[self.shown - 1].clone()))
    }

    fn type_in(&mut self, line: &str) -> Result<(), String> {
        // In one piece, as a terminal sends it.
        let typed = self
            .process
            .stdin
            .as_mut()
            .map(|stdin| stdin.write_all(format!("{line}\n").as_bytes()));
        match typed {
            Some(Ok(())) => Ok(()),
            _ => Err(format!("`{}` has ended; nothing can be typed into it", self.command)),
        }
    }

    /// Waits for its end. Unless `anything`, it must have nothing left to say.
    fn must_end(&mut self, anything: bool) -> Result<(), String> {
        while let Some(line) = self.next()? {
            if !anything {
                return Err(line);
            }
        }
        self.process.stdin = None;
        Ok(())
    }
}

/// A page while its sessions are run.
struct Desk {
    folder: PathBuf,
    ports: Vec<(&'static str, String)>,
    programs: Vec<Program>,
}

/// What is wrong, and in which line of the page.
type Fault = (usize, String);

impl Desk {
    fn new() -> Desk {
        let ports = ["25000", "25001", "25002", "8000"].map(|port| (port, free_port().to_string()));
        Desk { folder: root().to_path_buf(), ports: ports.into(), programs: Vec::new() }
    }

    /// The text with the ports that are used instead.
    fn with_ports(&self, text: &str) -> String {
        let other = |number: &str| {
            let port = self.ports.iter().find(|(port, _)| *port == number);
            port.map_or(number.to_string(), |(_, free)| free.clone())
        };
        map_numbers(text, |_, number| other(number))
    }

    /// A line without what may vary: the ports of clients.
    fn plain(&self, line: &str) -> String {
        let ours = |number: &str| self.ports.iter().any(|(_, free)| free == number);
        map_numbers(line.trim_end_matches('\r'), |before, number| {
            let host = before.strip_suffix(':').unwrap_or("");
            let address = host.ends_with(|c: char| c.is_ascii_digit() || c == ']');
            let port = address && (4..=5).contains(&number.len()) && !ours(number);
            if port { "PORT".to_string() } else { number.to_string() }
        })
    }

    /// What `sh` gets for a command.
    fn expand(&self, command: &str) -> Result<String, String> {
        const RUN: &str = "cargo run --example ";
        let mut text = command.replace("curl ", "curl -sS "); // its progress bar is for terminals
        text = text.replace(WATCH, &format!("{RUN}watch"));
        while let Some((before, after)) = text.split_once(RUN) {
            let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
            let (name, after) = after.split_at(end.unwrap_or(after.len()));
            let defaults = EXAMPLES.iter().find(|(example, ..)| *example == name);
            let after = match (after.strip_prefix(" -- "), defaults, name) {
                (Some(given), ..) => format!(" {given}"),
                (None, Some((_, arguments, _)), _) => format!(" {arguments}{after}"),
                (None, None, "client") => format!(" localhost:25000{after}"),
                (None, None, _) => after.to_string(),
            };
            let path = if name == "watch" { program(name) } else { example(name) };
            text = format!("{before}'{}'{after}", path?.display());
        }
        match text.split_whitespace().find(|word| ["cargo", "rustlings"].contains(word)) {
            Some(_) => Err(format!("`{command}` is neither run here nor in NOT_RUN")),
            None => Ok(self.with_ports(&text)),
        }
    }

    fn start(&mut self, command: &str, kind: Kind) -> Result<usize, String> {
        let text = self.expand(command)?;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("exec 2>&1; {text}")])
            .current_dir(&self.folder)
            .env("LC_ALL", "C");
        let mut shell = interruptible(shell);
        shell.stdin(if kind == Kind::Talks { Stdio::piped() } else { Stdio::null() });
        shell.stdout(Stdio::piped());
        let process = Process::start_group(&mut shell).map_err(|error| error.to_string())?;
        self.programs.push(Program {
            command: command.to_string(),
            process,
            lines: Vec::new(),
            shown: 0,
            ended: false,
            kind,
            only_answers: false,
        });
        Ok(self.programs.len() - 1)
    }

    /// How many lines that `counts` the servers have printed.
    fn said(&self, counts: fn(&str) -> bool) -> usize {
        let lines = self.programs.iter().filter(|program| program.kind == Kind::Serves(true));
        lines.flat_map(|program| &program.lines).filter(|line| counts(line)).count()
    }

    /// Does something with a client, and waits until the server has noticed: so the servers print
    /// in the order of the page. Not a test of its own: what a server prints is compared elsewhere.
    fn noticed<T>(
        &mut self,
        counts: fn(&str) -> bool,
        act: impl FnOnce(&mut Desk) -> Result<T, String>,
    ) -> Result<T, String> {
        let last = (0..self.programs.len())
            .rfind(|&i| matches!(self.programs[i].kind, Kind::Serves(_)))
            .filter(|&i| self.programs[i].kind == Kind::Serves(true));
        let Some(server) = last else { return act(self) };
        let before = self.said(counts);
        let done = act(self)?;
        let end = Instant::now() + DEADLINE;
        while self.said(counts) == before && Instant::now() < end {
            if let Ok(false) = self.programs[server].fetch(Duration::from_millis(10)) {
                break;
            }
            // A client that was refused is one that no server notices.
            let new =
                self.programs.last_mut().filter(|last| last.kind == Kind::Talks && !last.ended);
            if new.is_some_and(|client| matches!(client.fetch(Duration::ZERO), Ok(false))) {
                break;
            }
        }
        Ok(done)
    }

    /// Follows the lines of a program as the page shows them.
    fn follow(&mut self, i: usize, lines: &[Line], must_end: bool) -> Result<(), Fault> {
        let mut any = false;
        for (at, &(number, line)) in lines.iter().enumerate() {
            let expected = self.with_ports(line);
            let fault = |seen: String| (number, format!("expected: {expected}\nseen:     {seen}"));
            let kind = self.programs[i].kind;
            let answer = self.programs[i].only_answers
                || ANSWERS.iter().any(|begin| line.starts_with(begin));
            match line {
                "…" => any = true,
                "^C" | "^D" if at + 1 == lines.len() => {
                    let free = any || matches!(kind, Kind::Serves(_));
                    let end = |desk: &mut Desk| {
                        let program = &mut desk.programs[i];
                        program.process.stdin.take_if(|_| line == "^D");
                        if line == "^C" {
                            program.process.signal(Signal::INT);
                        }
                        program.must_end(free)
                    };
                    match kind {
                        Kind::Talks => self.noticed(says_it_ended, end),
                        _ => end(self),
                    }
                    .map_err(fault)?;
                    return Ok(());
                }
                "^C" | "^D" => return Err(fault("more lines below it".into())),
                _ if kind == Kind::Talks && !answer => {
                    self.programs[i].type_in(line).map_err(fault)?;
                }
                _ => {
                    loop {
                        let Some(seen) = self.programs[i].next().map_err(fault)? else {
                            return Err(fault("the end of its output".into()));
                        };
                        if self.plain(&seen) == self.plain(&expected) {
                            break;
                        } else if !any {
                            return Err(fault(seen));
                        }
                    }
                    any = false;
                    self.programs[i].only_answers |= line.starts_with("HTTP/");
                }
            }
        }
        if must_end {
            let number = lines.last().map_or(0, |(number, _)| *number);
            let fault = |seen| (number, format!("expected: its end\nseen:     {seen}"));
            self.programs[i].must_end(any).map_err(fault)?;
        }
        Ok(())
    }

    fn command(
        &mut self,
        (number, command): Line,
        lines: &[Line],
        last: bool,
    ) -> Result<(), Fault> {
        let fault = |what: String| (number, what);
        let listed = |(begin, ..): &&(&str, _, _)| {
            command.strip_prefix(begin).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if let Some((_, why, _)) = NOT_RUN.iter().find(listed) {
            return match lines {
                [] | [(_, "…")] => Ok(()),
                _ => Err(fault(format!("{why}: so it can show no output"))),
            };
        }
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            return match lines {
                [] if self.folder.is_dir() => Ok(()),
                _ => Err(fault(format!("there is no folder {folder}, or it prints something"))),
            };
        }
        let kind = kind(command, lines);
        let start = |desk: &mut Desk| desk.start(command, kind);
        let i = match kind {
            Kind::Talks => self.noticed(says_it_began, start),
            _ => start(self),
        }
        .map_err(fault)?;
        let ended = lines.last().is_some_and(|(_, line)| ["^C", "^D"].contains(line));
        self.follow(i, lines, (kind == Kind::Ends || !last) && !ended).map_err(|(line, what)| {
            (if line == 0 { number } else { line }, format!("{what}\nafter:    $ {command}"))
        })
    }

    fn block(&mut self, block: &Block) -> Result<(), Fault> {
        let lines: Vec<Line> = (block.line..).zip(block.code.iter().copied()).collect();
        let is_command = |(_, line): &Line| line.starts_with("$ ");
        let first = lines.iter().position(is_command).unwrap_or(lines.len());
        let (continued, mut rest) = lines.split_at(first);
        if !continued.is_empty() {
            let (i, continued) = self.continued(continued)?;
            self.follow(i, continued, !rest.is_empty())?;
        }
        while let [(number, command), after @ ..] = rest {
            let end = after.iter().position(is_command).unwrap_or(after.len());
            let (shown, others) = after.split_at(end);
            self.command((*number, &command[2..]), shown, others.is_empty())?;
            rest = others;
        }
        Ok(())
    }

    /// With which program a block without a `$` goes on, and with which lines.
    fn continued<'a>(&self, lines: &'a [Line<'a>]) -> Result<(usize, &'a [Line<'a>]), Fault> {
        let (number, first) = lines[0];
        let mut all = 0..self.programs.len();
        let serves = |&i: &usize| matches!(self.programs[i].kind, Kind::Serves(_));
        let talks = |&i: &usize| self.programs[i].kind == Kind::Talks;
        let found = match first.strip_prefix("… (").and_then(|rest| rest.strip_suffix(')')) {
            None => all.rfind(serves).map(|i| (i, lines)),
            Some(which) => {
                let number: Option<usize> = which.strip_prefix("nc ").and_then(|n| n.parse().ok());
                let i = number.and_then(|number| all.filter(talks).nth(number.checked_sub(1)?));
                i.map(|i| (i, &lines[1..]))
            }
        };
        found.ok_or((number, format!("`{first}`: no program of this page is meant by that")))
    }
}

fn says_it_began(line: &str) -> bool {
    line.starts_with("Connection from ")
}

fn says_it_ended(line: &str) -> bool {
    line == "Task done" || line.contains("_handler: ")
}

/// What kind of command it is, by its words and by what the page shows of it.
fn kind(command: &str, lines: &[Line]) -> Kind {
    let alone = !command.contains(['|', '<', '>', ';', '&', '(']);
    let words: Vec<&str> = command.split_whitespace().collect();
    let client = words[0] == "nc" || command.starts_with("cargo run --example client");
    if alone && client && !words.contains(&"--help") && !words.contains(&"-z") {
        return Kind::Talks;
    }
    let server = EXAMPLES.iter().find(|(name, ..)| {
        words.windows(2).any(|pair| {
            ["--example", "-p"].contains(&pair[0])
                && pair[1].trim_end_matches([')', ';', '&']) == *name
        })
    });
    let runs = lines.iter().all(|(_, line)| ["…", "^C"].contains(line))
        || lines.iter().any(|(_, line)| line.starts_with("Server running on "));
    match server {
        Some((_, _, announces)) if runs => Kind::Serves(*announces && alone),
        _ => Kind::Ends,
    }
}

/// A port that nobody listens on, and that the system gives to nobody who asks for any.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 10_000 + (id() as u16).wrapping_mul(97).wrapping_add(nth) % 20_000;
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}

/// Replaces each number in a text; `with` gets the text before it, too.
fn map_numbers(text: &str, with: impl Fn(&str, &str) -> String) -> String {
    let mut mapped = String::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find(|c: char| c.is_ascii_digit()).map(|i| at + i) {
        let rest = &text[begin..];
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        mapped += &text[at..begin];
        mapped += &with(&text[..begin], &rest[..length]);
        at = begin + length;
    }
    mapped + &text[at..]
}

/// The programs that a page needs and this machine has not.
fn missing(blocks: &[Block]) -> Vec<&'static str> {
    let commands = blocks.iter().flat_map(|block| &block.code).filter(|line| line.starts_with('$'));
    let words: HashSet<&str> = commands.flat_map(|line| line.split_whitespace()).collect();
    let needed = ["nc", "curl"].into_iter().filter(|tool| words.contains(tool));
    needed
        .filter(|tool| {
            let asked = Command::new(tool)
                .arg("-h")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            asked.is_err()
        })
        .collect()
}

/// Runs the sessions of a page. What is wrong comes back with the page's name and the line.
fn try_page(page: &Page) -> Result<(), String> {
    let blocks = page.sessions();
    if let [tool, ..] = missing(&blocks)[..] {
        let what = format!("{}: its sessions need {tool}, which is not here", page.name);
        if std::env::var_os("CI").is_some() {
            return Err(what);
        }
        // Not `eprintln!`, which is only seen when a test fails.
        let _ = writeln!(std::io::stderr(), "skipped: {what}");
        return Ok(());
    }
    let mut desk = Desk::new();
    blocks
        .iter()
        .try_for_each(|block| desk.block(block))
        .map_err(|(line, what)| format!("{}:{line}\n{what}\n", page.name))
}

fn texts(page: &Page) -> Vec<Vec<&str>> {
    page.sessions().into_iter().map(|block| block.code).collect()
}

#[test]
fn the_sessions_of_the_pages_are_true() {
    let pages = all();
    // A German page's sessions are those of the English one (`docs.rs`): once is enough.
    let twin = |page: &Page| {
        let english = page.name.replace("docs/de/", "docs/en/");
        page.name != english
            && pages.iter().any(|page_en| page_en.name == english && texts(page_en) == texts(page))
    };
    let faults: Vec<String> = thread::scope(|scope| {
        let pages = pages.iter().filter(|page| !twin(page));
        let threads: Vec<_> = pages.map(|page| scope.spawn(|| try_page(page))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().err()).collect()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_is_not_run_here_is_run_in_ci() {
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    for (command, _, instead) in NOT_RUN {
        let runs = ci.lines().any(|line| {
            line == *instead || line.ends_with(&format!(" {instead}")) // after an assignment
        });
        assert!(runs, ".ci/run has no line `{instead}`, which stands for `{command}`");
    }
    let readme = Page::read("README.md");
    for command in readme.sessions().iter().flat_map(|block| &block.code) {
        let not_run =
            NOT_RUN.iter().any(|(begin, ..)| command[..].starts_with(&format!("$ {begin}")));
        let in_ci = ci.lines().any(|line| Some(line) == command.strip_prefix("$ "));
        assert!(!not_run || in_ci, "README's `{command}` is run neither here nor in .ci/run");
    }
}

#[test]
fn the_examples_listen_where_the_table_says() {
    for (name, arguments, _) in EXAMPLES {
        // The package first: an example of its name only says where it is.
        let file = ["examples/NAME/src/main.rs", "examples/NAME/main.rs", "examples/NAME.rs"]
            .map(|file| root().join(file.replace("NAME", name)))
            .into_iter()
            .find(|file| file.exists())
            .unwrap_or_else(|| panic!("there is no example {name}"));
        let text = fs::read_to_string(file).unwrap();
        for argument in arguments.split(' ') {
            assert!(text.contains(&format!("\"{argument}\"")), "{name}: {argument}");
        }
    }
}

/// Runs a page that exists only here. It may say ```` ``` ```` as `~~~`.
fn try_text(text: &str) -> Result<(), String> {
    try_page(&Page { name: "page.md".into(), text: text.replace("~~~", "```") })
}

#[track_caller]
fn refused(text: &str, why: &[&str]) {
    let said = try_text(text).expect_err("this page is not true");
    assert!(why.iter().all(|why| said.contains(why)), "{said}");
}

const SERVER: &str =
    "~~~console\n$ cargo run --example echo\nServer running on 0.0.0.0:25000\n~~~\n";

/// A page with a server, and then this block.
fn with_server(block: &str) -> String {
    format!("{SERVER}\n~~~console\n{block}\n~~~\n")
}

#[test]
fn a_page_may_show_two_clients_and_what_the_server_prints() {
    let client = "cargo run --example client";
    let page = format!(
        "{SERVER}
~~~console
$ {client}
one
GOT:one
~~~

~~~console
$ {client}
two
GOT:two
^D
~~~

~~~console
… (nc 1)
again
GOT:again
^D
~~~

~~~console
Connection from 127.0.0.1:51234
Connection from 127.0.0.1:51235
Connection closed
…
Task done
^C
~~~

~~~console
$ echo one; echo two >&2
one
two
$ cargo test
$ cd docs
$ ls -d en
en
~~~
"
    );
    try_text(&page).unwrap();
}

#[test]
fn a_page_that_is_not_true_is_refused() {
    refused("~~~console\n$ echo a\nb\n~~~", &["page.md:3", "expected: b", "seen:     a"]);
    refused("~~~console\n$ echo a\n~~~", &["page.md:2", "expected: its end", "seen:     a"]);
    refused("~~~console\n$ echo a\na\nb\n~~~", &["page.md:4", "the end of its output"]);
    refused("~~~console\n$ echo a; echo b\n…\na\n~~~", &["page.md:4", "seen:     b"]);
    refused("~~~console\n$ cargo build\n~~~", &["page.md:2", "NOT_RUN"]);
    refused("~~~console\n$ cargo test\nok\n~~~", &["page.md:2", "no output"]);
    refused("~~~console\n$ cd nowhere\n~~~", &["page.md:2", "nowhere"]);
    refused("~~~console\nTask done\n~~~", &["page.md:2", "no program"]);
    refused(&SERVER.replace("25000", "25001"), &["page.md:3", "seen:     Server running on"]);
    let client = |lines: &str| with_server(&format!("$ cargo run --example client\n{lines}"));
    refused(&client("Hello\nGOT:hello"), &["page.md:9", "seen:     GOT:Hello"]);
    refused(&client("Hello\n^D"), &["page.md:9", "expected: ^D", "seen:     GOT:Hello"]);
    refused(&client("^C\nHello"), &["page.md:8", "more lines"]);
    refused(&with_server("… (nc 1)\nHello"), &["page.md:7", "no program"]);
    let printed = |line: &str| client(&format!("^D\n~~~\n\n~~~console\n{line}"));
    try_text(&printed("Connection from 127.0.0.1:51234")).unwrap();
    refused(&printed("Connection from 127.0.0.2:51234"), &["page.md:12", "seen:     Connection"]);
}
