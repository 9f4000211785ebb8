//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, Error, Parser, ValueExt};

use crate::peers::NAMES;
use crate::results::Kind;

pub const HELP: &str = "\
Compares the lab's echo server with others, on this machine, and prints tables.

Usage: cargo run --release -p bench [-- OPTIONS]

Without options it takes less than ten minutes. It needs Linux. Nothing leaves the machine: all
connections are to 127.0.0.1. Every answer is checked byte for byte; a wrong one ends the run.

What to measure:
  --quick               one to two minutes: 3 turns of 0.2 s, 1, 100 and 900 connections, no idle and
                        no pause
  --peers LIST          the servers, of: genlab, server, tokio, smol, threads, epoll, asyncio,
                        uvloop, lab (all of them unless given), and wrong, which mixes up its clients
  --measures LIST       of those below (all of them unless given)
  --connections LIST    how many are busy [1,10,100,900,5000]
  --paused N            beside how many silent ones one says something now and then [9000]
  --idle N              how many are silent beside the busy ones [10000]
  --storm N             how many connect at once [1000]
  --bytes N             how long a message is, from 16 to 1000 [64]
  --seconds S           how long the clocks run in one turn [0.25]
  --turns N             how often each server has its turn [9; pause, idle and storm: at most 5]
  --lab PATH/server.py  the lab's own server; it listens on port 25000
  --python PROGRAM      the interpreter for asyncio, uvloop and lab [python3]
  --server NAME=PROGRAM a server of yours, as often as you like: it is started as
                        PROGRAM 127.0.0.1:0 and prints 'Server running on ADDRESS'

What to do with the results:
  --json                print every turn as JSON, and no tables
  --from FILE           measure nothing, take what --json has printed before
  --write-docs          write the figures into the pages in docs, the picture there, and
                        examples/bench/results.json

What is measured:
  busy      messages in a closed loop: answers a second, the server's CPU time for each, latency
  pause     a message each 105 ms beside silent connections: the server's CPU time for each
  idle      as busy, with 100 connections, alone and beside silent ones; memory for each of those
  arrivals  connect, one message, close, 10 at a time: connections a second, CPU time for each
  storm     all connect at once: seconds until the last is served

Exit code: 0, or 1 if an answer was wrong or a server could not be measured.";

#[derive(Debug, PartialEq)]
pub enum Do {
    Help,
    Serve(String, SocketAddr),
    Compare(Box<Options>),
}

#[derive(Debug, PartialEq)]
pub struct Options {
    pub peers: Vec<String>,
    pub measures: Vec<Kind>,
    pub connections: Vec<usize>,
    pub paused: usize,
    pub idle: usize,
    pub storm: usize,
    pub bytes: usize,
    pub seconds: f64,
    pub turns: usize,
    pub python: String,
    pub lab: Option<PathBuf>,
    pub servers: Vec<(String, PathBuf)>,
    pub json: bool,
    pub from: Option<PathBuf>,
    pub write_docs: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            peers: NAMES[..9].iter().map(|&name| name.to_owned()).collect(),
            measures: Kind::ALL.to_vec(),
            connections: vec![1, 10, 100, 900, 5000],
            paused: 9000,
            idle: 10_000,
            storm: 1000,
            bytes: 64,
            seconds: 0.25,
            turns: 9,
            python: "python3".to_owned(),
            lab: None,
            servers: Vec::new(),
            json: false,
            from: None,
            write_docs: false,
        }
    }
}

pub fn parse(mut parser: Parser) -> Result<Do, Error> {
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
                options.measures = vec![Kind::Busy, Kind::Arrivals, Kind::Storm];
            }
            Arg::Long("peers") => options.peers = list(&mut parser, peer)?,
            Arg::Long("measures") => options.measures = list(&mut parser, measure)?,
            Arg::Long("connections") => options.connections = list(&mut parser, count)?,
            Arg::Long("paused") => options.paused = parser.value()?.parse_with(count)?,
            Arg::Long("idle") => options.idle = parser.value()?.parse_with(count)?,
            Arg::Long("storm") => options.storm = parser.value()?.parse_with(count)?,
            Arg::Long("bytes") => options.bytes = parser.value()?.parse_with(within(16, 1000))?,
            Arg::Long("seconds") => {
                options.seconds = parser.value()?.parse_with(within(0.01, 60.0))?;
            }
            Arg::Long("turns") => options.turns = parser.value()?.parse_with(count)?,
            Arg::Long("python") => options.python = parser.value()?.string()?,
            Arg::Long("lab") => options.lab = Some(parser.value()?.into()),
            Arg::Long("server") => options.servers.push(parser.value()?.parse_with(server)?),
            Arg::Long("json") => options.json = true,
            Arg::Long("from") => options.from = Some(parser.value()?.into()),
            Arg::Long("write-docs") => options.write_docs = true,
            arg => return Err(arg.unexpected()),
        }
    }
    Ok(Do::Compare(Box::new(options)))
}

/// A list with commas, as it stands on the command line.
fn list<T>(parser: &mut Parser, item: fn(&str) -> Result<T, String>) -> Result<Vec<T>, Error> {
    parser
        .value()?
        .parse_with(|text| text.split(',').map(|text| item(text.trim())).collect::<Result<_, _>>())
}

fn peer(name: &str) -> Result<String, String> {
    let is_one = NAMES.contains(&name);
    is_one.then(|| name.to_owned()).ok_or_else(|| format!("the servers are {}", NAMES.join(", ")))
}

fn measure(name: &str) -> Result<Kind, String> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.to_string() == name);
    let names = || Kind::ALL.map(|kind| kind.to_string()).join(", ");
    kind.ok_or_else(|| format!("the measures are {}", names()))
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| count > 0).ok_or_else(|| "write a number from 1".to_owned())
}

fn within<T>(low: T, high: T) -> impl Fn(&str) -> Result<T, String>
where
    T: Copy + std::str::FromStr + PartialOrd + std::fmt::Display,
{
    move |text| {
        let number = text.parse().ok().filter(|number| (low..=high).contains(number));
        number.ok_or_else(|| format!("write a number from {low} to {high}"))
    }
}

fn server(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, _)) if NAMES.contains(&name) => Err(format!("'{name}' is taken")),
        // Names stand in tables and in the picture.
        Some((name, program)) if name.chars().all(char::is_alphanumeric) && !name.is_empty() => {
            Ok((name.to_owned(), program.into()))
        }
        _ => Err("write NAME=PROGRAM, the name of letters and digits".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Do, String> {
        parse(Parser::from_args(line.split_whitespace())).map_err(|error| error.to_string())
    }

    #[test]
    fn without_options_all_is_compared_and_everything_can_be_chosen() {
        assert_eq!(parsed(""), Ok(Do::Compare(Box::default())));
        assert!(!Options::default().peers.contains(&"wrong".to_owned()));
        let chosen = Options {
            peers: ["genlab", "tokio"].map(str::to_owned).to_vec(),
            measures: vec![Kind::Busy, Kind::Pause],
            connections: vec![7, 8],
            bytes: 1000,
            seconds: 0.5,
            turns: 2,
            lab: Some("server.py".into()),
            servers: vec![("mine".to_owned(), "./mine".into())],
            json: true,
            write_docs: true,
            ..Options::default()
        };
        let line = "--quick --peers genlab,tokio --measures busy,pause --connections 7,8 --bytes \
                    1000 --seconds 0.5 --turns 2 --lab server.py --server mine=./mine --json \
                    --write-docs";
        assert_eq!(parsed(line), Ok(Do::Compare(Box::new(chosen))));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("--peers genlab,nginx", "nginx"),
            ("--measures busy,lazy", "lazy"),
            ("--connections 0", "number from 1"),
            ("--seconds 3600", "0.01 to 60"),
            ("--bytes 8", "16 to 1000"),
            ("--turns many", "many"),
            ("--server tokio=./mine", "taken"),
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
        let measures = Kind::ALL.map(|kind| kind.to_string());
        for name in NAMES.into_iter().chain(measures.iter().map(String::as_str)) {
            assert!(HELP.contains(name), "{name}");
        }
    }
}
