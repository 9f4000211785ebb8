//! Compares the lab's echo server with others: `cargo run --release -p bench -- --help`.

#[cfg(not(target_os = "linux"))]
compile_error!("the bench needs Linux: it uses epoll, /proc, and cores of its choice");

mod chart;
mod load;
mod machine;
mod measure;
mod pages;
mod results;
mod serve;
mod server;

use std::fs;
use std::io::{Write, stderr, stdout};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;

use results::{Measure, Results};
use server::NAMES;

const ALL: &str =
    "busy-1,busy-10,busy-100,busy-900,busy-5000,pause-9000,idle-10000,arrivals-10,storm-1000";
const QUICK: &str = "busy-1,busy-100,busy-900,arrivals-10,storm-1000";

/// Compares the lab's echo server with others, on this machine, and prints tables.
///
/// Without options it takes less than ten minutes. It needs Linux. Nothing leaves the machine: all
/// connections are to 127.0.0.1. Every answer is checked byte for byte; a wrong one ends the run.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --release -p bench --")]
#[command(after_help = "Exit code: 1 if an answer is wrong or a server cannot be measured.")]
pub struct Options {
    /// One to two minutes: 3 turns of 200 ms, fewer measures, no idle and no pause.
    #[arg(long)]
    pub quick: bool,
    /// The servers; 'wrong' mixes up its clients.
    #[arg(long, value_delimiter = ',', value_parser = NAMES)]
    #[arg(default_values = NAMES.into_iter().filter(|&name| name != "wrong"))]
    pub peers: Vec<String>,
    /// What to measure.
    ///
    /// busy-100: 100 clients send messages in a closed loop: answers a second, the server's CPU time
    /// for each. pause-9000: a message each 105 ms beside 9000 silent clients: CPU time for each.
    /// idle-10000: as busy-100, alone and beside 10000 silent ones; memory for each of those.
    /// arrivals-10: connect, one message, close, 10 at a time: connections a second, CPU time for
    /// each. storm-1000: all connect at once: seconds until the last is served.
    #[arg(long, value_delimiter = ',', default_value = ALL, default_value_if("quick", "true", QUICK))]
    pub measures: Vec<Measure>,
    /// How long a message is, from 16 to 1000.
    #[arg(long, value_parser = clap::value_parser!(u16).range(16..=1000), default_value = "64")]
    pub bytes: u16,
    /// How many milliseconds the clocks run in one turn.
    #[arg(long, default_value = "250", default_value_if("quick", "true", "200"))]
    pub time: NonZeroU32,
    /// How often each server has its turn; pause, idle and storm: at most 5.
    #[arg(long, default_value = "9", default_value_if("quick", "true", "3"))]
    pub turns: NonZeroUsize,
    /// The lab's own server; it listens on port 25000.
    #[arg(long, value_name = "PATH/server.py")]
    pub lab: Option<PathBuf>,
    /// The interpreter for asyncio, uvloop and lab.
    #[arg(long, default_value = "python3")]
    pub python: String,
    /// A server of yours, as often as you like: it is started as PROGRAM 127.0.0.1:0 and prints
    /// 'Server running on ADDRESS'.
    #[arg(long = "server", value_name = "PROGRAM")]
    pub servers: Vec<String>,
    /// Print every turn as JSON, and no tables.
    #[arg(long)]
    pub json: bool,
    /// Measure nothing, take what --json has printed before.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Write the figures of that file into the pages in docs, and the picture.
    #[arg(long, requires = "from")]
    pub write_docs: bool,
    /// How a server in this program is started.
    #[arg(long, hide = true)]
    serve: Option<String>,
}

fn main() -> ExitCode {
    let done = run(&Options::parse());
    if let Err(error) = &done {
        let _ = writeln!(stderr(), "bench: {error:#}");
    }
    ExitCode::from(u8::from(done.is_err()))
}

fn run(options: &Options) -> anyhow::Result<()> {
    if let Some(name) = &options.serve {
        return serve::serve(name).with_context(|| format!("cannot serve with {name}"));
    }
    let results: Results = match &options.from {
        None => measure::compare(options)?,
        Some(path) => {
            let name = path.display();
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
            serde_json::from_str(&text).with_context(|| format!("{name} is not from --json"))?
        }
    };
    // Whoever closes stdout does not want to read more, which is no error.
    let json = serde_json::to_string_pretty(&results)?;
    let _ = writeln!(stdout(), "{}", if options.json { json } else { results.text() });
    if options.write_docs {
        pages::write(&results)?;
    }
    let failures = results.failures();
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_means_less_unless_told_otherwise_and_what_makes_no_sense_is_named() {
        let parse = |line: &str| Options::try_parse_from(format!("bench {line}").split(' '));
        let all = parse("--json").unwrap();
        assert_eq!((all.peers.len(), all.measures.len(), all.turns.get()), (9, 9, 9));
        let quick = parse("--quick --turns 4").unwrap();
        assert_eq!((quick.time.get(), quick.measures.len(), quick.turns.get()), (200, 5, 4));
        for (line, named) in [
            ("--peers genlab,nginx", "nginx"),
            ("--measures busy-1,lazy-1", "lazy"),
            ("--measures busy", "busy-100"),
            ("--measures busy-0", "how many"),
            ("--time 0", "zero"),
            ("--bytes 8", "16..=1000"),
            ("--write-docs", "--from"),
        ] {
            let error = parse(line).unwrap_err().to_string();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}
