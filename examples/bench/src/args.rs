//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::peers::NAMES;
use crate::results::Kind;

pub const HELP: &str = "\
Compares the lab's echo server with others, on this machine, and prints tables.

Usage: cargo run --release -p bench [-- OPTIONS]

Without options it takes about five minutes. It needs Linux. Nothing leaves the machine: all
connections are to 127.0.0.1. Every answer is checked byte for byte; a wrong one ends the run.

What to measure:
  --quick               half a minute: 3 turns of 0.2 s, 1, 100 and 900 connections, no idle
  --peers LIST          the servers, of: genlab, server, tokio, smol, threads, epoll, asyncio,
                        uvloop, lab (all of them unless given), and wrong, which mixes up its clients
  --measures LIST       of: busy, large, idle, arrivals, storm, calls (all of them unless given)
  --connections LIST    how many are busy [1,10,100,900,5000]
  --idle N              how many are silent [10000]
  --storm N             how many connect at once [1000]
  --seconds S           how long the clocks run in one turn [0.25]
  --turns N             how often each server has its turn [9; idle and storm: at most 5]
  --lab PATH/server.py  the lab's own server; it listens on port 25000
  --python PROGRAM      the interpreter for asyncio, uvloop and lab [python3]
  --server NAME=PROGRAM a server of yours, as often as you like: it is started as
                        PROGRAM 127.0.0.1:0 and prints 'Server running on ADDRESS'

What to do with the results:
  --format FORMAT       table, json (every turn) or csv (medians, spread and ratios) [table]
  --from FILE           measure nothing, take what --format json has printed before
  --write-docs          write docs/*/performance.md, its pictures, and examples/bench/results.json

What is measured:
  busy      messages of 64 bytes in a closed loop: answers a second, the server's CPU time for
            each, latency
  large     the same with 1000 bytes, 100 connections
  idle      the same with 100 connections, alone and beside the silent ones; memory for each
            silent one
  arrivals  connect, one message, close, 10 at a time: connections a second
  storm     all connect at once: seconds until the last is served
  calls     system calls a message, 100 connections (needs strace)

Exit code: 0, or 1 if an answer was wrong or a server could not be measured.";

#[derive(Debug, PartialEq)]
pub enum Do {
    Help,
    Serve(String, SocketAddr),
    Compare(Box<Options>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    Table,
    Json,
    Csv,
}

#[derive(Debug, PartialEq)]
pub struct Options {
    pub peers: Vec<String>,
    pub measures: Vec<Kind>,
    pub connections: Vec<usize>,
    pub idle: usize,
    pub storm: usize,
    pub seconds: f64,
    pub turns: usize,
    pub python: String,
    pub lab: Option<PathBuf>,
    pub servers: Vec<(String, PathBuf)>,
    pub format: Format,
    pub from: Option<PathBuf>,
    pub write_docs: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            peers: NAMES[..9].iter().map(|&name| name.to_owned()).collect(),
            measures: Kind::ALL.to_vec(),
            connections: vec![1, 10, 100, 900, 5000],
            idle: 10_000,
            storm: 1000,
            seconds: 0.25,
            turns: 9,
            python: "python3".to_owned(),
            lab: None,
            servers: Vec::new(),
            format: Format::Table,
            from: None,
            write_docs: false,
        }
    }
}

pub fn parse(mut parser: Parser) -> Result<Do, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") | Arg::Short('h') => return Ok(Do::Help),
            // How a server in this program is started.
            Arg::Value(value) if value == "serve" => {
                let name = parser.value()?.string()?;
                return Ok(Do::Serve(name, parser.value()?.parse()?));
            }
            Arg::Long("quick") => {
                (options.turns, options.seconds) = (3, 0.2);
                options.connections = vec![1, 100, 900];
                options.measures.retain(|&kind| kind != Kind::Idle);
            }
            Arg::Long("peers") => options.peers = list(&mut parser, peer)?,
            Arg::Long("measures") => options.measures = list(&mut parser, measure)?,
            Arg::Long("connections") => options.connections = list(&mut parser, count)?,
            Arg::Long("idle") => options.idle = parser.value()?.parse_with(count)?,
            Arg::Long("storm") => options.storm = parser.value()?.parse_with(count)?,
            Arg::Long("seconds") => options.seconds = parser.value()?.parse_with(seconds)?,
            Arg::Long("turns") => options.turns = parser.value()?.parse_with(count)?,
            Arg::Long("python") => options.python = parser.value()?.string()?,
            Arg::Long("lab") => options.lab = Some(parser.value()?.into()),
            Arg::Long("server") => options.servers.push(parser.value()?.parse_with(server)?),
            Arg::Long("format") => options.format = parser.value()?.parse_with(format)?,
            Arg::Long("from") => options.from = Some(parser.value()?.into()),
            Arg::Long("write-docs") => options.write_docs = true,
            arg => return Err(arg.unexpected()),
        }
    }
    Ok(Do::Compare(Box::new(options)))
}

/// A list with commas, as it stands on the command line.
fn list<T>(
    parser: &mut Parser,
    item: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, lexopt::Error> {
    parser
        .value()?
        .parse_with(|text| text.split(',').map(|text| item(text.trim())).collect::<Result<_, _>>())
}

fn peer(name: &str) -> Result<String, String> {
    match NAMES.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("the servers are {}", NAMES.join(", "))),
    }
}

fn measure(name: &str) -> Result<Kind, String> {
    let names = Kind::ALL.map(Kind::name).join(", ");
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.ok_or_else(|| format!("the measures are {names}"))
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| count > 0).ok_or_else(|| "write a number from 1".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.01..=60.0).contains(seconds));
    seconds.ok_or_else(|| "write a number from 0.01 to 60".to_owned())
}

fn server(text: &str) -> Result<(String, PathBuf), String> {
    // Names stand in tables and in CSV.
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
    };
    match text.split_once('=') {
        Some((name, _)) if NAMES.contains(&name) => Err(format!("'{name}' is taken")),
        Some((name, program)) if is_name(name) => Ok((name.to_owned(), program.into())),
        _ => Err("write NAME=PROGRAM, the name of letters and digits".to_owned()),
    }
}

fn format(name: &str) -> Result<Format, String> {
    match name {
        "table" => Ok(Format::Table),
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        _ => Err("the formats are table, json and csv".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Do, String> {
        let words = line.split_whitespace();
        parse(Parser::from_args(words)).map_err(|error| error.to_string())
    }

    fn options(line: &str) -> Options {
        match parsed(line) {
            Ok(Do::Compare(options)) => *options,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn without_options_all_is_compared() {
        let all = options("");
        assert_eq!(all, Options::default());
        assert!(
            ["genlab", "server", "lab"].iter().all(|&name| all.peers.contains(&name.to_owned()))
        );
        assert!(!all.peers.contains(&"wrong".to_owned()));
    }

    #[test]
    fn everything_can_be_chosen() {
        let chosen = options(
            "--quick --peers genlab,tokio --measures busy,calls --connections 7,8 --seconds 0.5 \
             --turns 2 --lab server.py --server mine=./mine --format csv --write-docs",
        );
        assert_eq!(chosen.peers, ["genlab", "tokio"]);
        assert_eq!(chosen.measures, [Kind::Busy, Kind::Calls]);
        assert_eq!(chosen.connections, [7, 8]);
        assert_eq!((chosen.turns, chosen.seconds), (2, 0.5));
        assert_eq!(chosen.servers, [("mine".to_owned(), PathBuf::from("./mine"))]);
        assert_eq!(chosen.format, Format::Csv);
        assert!(chosen.write_docs);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("--peers genlab,nginx", "nginx"),
            ("--measures busy,lazy", "lazy"),
            ("--connections 0", "number from 1"),
            ("--seconds 3600", "0.01 to 60"),
            ("--turns many", "many"),
            ("--server tokio=./mine", "taken"),
            ("--format xml", "table, json and csv"),
            ("--fast", "--fast"),
            ("faster", "faster"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(named), "{line}: {error}");
        }
    }

    #[test]
    fn help_names_every_server_and_measure() {
        assert_eq!(parsed("--turns 3 --help"), Ok(Do::Help));
        for name in NAMES.into_iter().chain(Kind::ALL.map(Kind::name)) {
            assert!(HELP.contains(name), "{name}");
        }
    }
}
