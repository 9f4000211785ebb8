//! What is printed where nobody reads, and what is printed last.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use harness::Process;
use rustix::event::PollFlags;

use faults::{
    Bystanders, Client, FullPipe, Result, Server, Tried, echo, faults as commit, pipe, terminal,
    wait_until,
};

fn say(client: &Client, words: &str) -> Result {
    (&client.socket).write_all(words.as_bytes()).tried("send to the server")
}

/// Reads what is there, until there is nothing for half a second.
fn read_for_a_while(mut file: File) -> String {
    let (mut text, mut part) = (Vec::new(), [0; 4096]);
    while let [_] = faults::poll([(&file, PollFlags::IN)], Duration::from_millis(500))[..] {
        match file.read(&mut part) {
            Ok(n @ 1..) => text.extend_from_slice(&part[..n]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn a_terminal_that_nobody_reads_stops_nobody() -> Result {
    let (screen, keyboard) = terminal()?;
    let mut echo = echo()?;
    echo.stdout(keyboard.try_clone().tried("duplicate a terminal")?).stderr(keyboard);
    let server = Server::start_unheard(echo, false, false)?;
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    // Three lines each: many times what a terminal takes.
    commit::connect_and_close(server.address, 2000)?;
    bystanders.unharmed()?;
    // Somebody looks at it again: whole lines, in their order, and new ones.
    let text = read_for_a_while(screen.try_clone().tried("duplicate a terminal")?);
    assert!(text.starts_with("Server running on "), "{text:.200}");
    let known = ["Server running on ", "Connection from ", "Connection closed", "Task done"];
    for line in text.lines() {
        assert!(known.iter().any(|words| line.starts_with(words)), "{line}");
        assert!(line.len() < 50, "{line}");
    }
    Client::connect(server.address)?.echo(10)?;
    let more = read_for_a_while(screen);
    assert!(more.contains("Connection from 127.0.0.1:"), "{more}");
    Ok(())
}

#[test]
fn a_line_longer_than_a_pipe_that_nobody_reads_stops_nobody() -> Result {
    let (_reader, writer) = pipe()?;
    let mut broken = Command::new(env!("CARGO_BIN_EXE_broken"));
    broken.stdout(writer);
    let server = Server::start_unheard(broken, false, true)?;
    let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
    let client = Client::connect(server.address)?;
    for _ in 0..3 {
        say(&client, "a long line")?;
        assert_eq!(client.receive_raw(15)?, b"GOT:a long line");
        bystanders.go_on()?;
    }
    bystanders.unharmed().map(drop)
}

#[test]
fn lines_on_stderr_still_come_when_nobody_reads_stdout() -> Result {
    let full = FullPipe::new()?;
    let mut broken = Command::new(env!("CARGO_BIN_EXE_broken"));
    broken.stdout(full.end()?);
    let mut server = Server::start_unheard(broken, false, true)?;
    server.may_say(&["broken_handler: an error in the handler"]);
    for n in 1..=3 {
        // Lines for stdout, before and after.
        Client::connect(server.address)?.echo(10)?;
        let mut client = Client::connect(server.address)?;
        say(&client, "fail")?;
        client.sees_the_end()?;
        let start = Instant::now();
        wait_until("a line on stderr", || server.stderr().len() == n)?;
        assert!(start.elapsed() < Duration::from_secs(1), "only after {:?}", start.elapsed());
    }
    Ok(())
}

/// A process that prints, and ends.
struct Talker {
    process: Process,
    start: Instant,
}

impl Talker {
    fn start(words: &str, stdout: impl Into<Stdio>, stderr: impl Into<Stdio>) -> Result<Talker> {
        let mut talker = Command::new(env!("CARGO_BIN_EXE_talker"));
        talker.args(words.split(' ')).stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let start = Instant::now();
        Ok(Talker { process: Process::start(&mut talker).tried("start a talker")?, start })
    }

    /// How it ended, and after how long.
    fn end(mut self) -> Result<(ExitStatus, Duration)> {
        let status = self.process.wait().tried("wait for the talker")?;
        Ok((status, self.start.elapsed()))
    }
}

/// Reads in a thread, up to the end.
fn reading(mut reader: File) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        let _ = reader.read_to_string(&mut text);
        text
    })
}

/// The numbers of the lines, each of which must be whole.
fn numbers(text: &str, length: usize) -> Vec<usize> {
    assert!(text.is_empty() || text.ends_with('\n'), "a line was cut");
    let number = |line: &str| {
        assert_eq!(line.len(), length, "{line}");
        line.trim_end_matches('.').parse().expect("a number and dots")
    };
    text.lines().map(number).collect()
}

#[test]
fn what_was_printed_before_the_end_is_out_before_the_end() -> Result {
    // More than a pipe takes at once, and no more lines than may wait.
    for end in ["return", "exit"] {
        let (reader, writer) = pipe()?;
        let text = reading(reader);
        let talker = Talker::start(&format!("out 900 200 {end}"), writer, Stdio::null())?;
        let (status, _) = talker.end()?;
        assert_eq!(status.code(), Some(7));
        let text = text.join().map_err(|_| "the reader panicked")?;
        assert_eq!(numbers(&text, 200), Vec::from_iter(0..900), "{end}");
    }
    Ok(())
}

#[test]
fn a_single_line_before_the_end_is_out_before_the_end() -> Result {
    for n in 0..40 {
        let (reader, writer) = pipe()?;
        let end = if n % 2 == 0 { "return" } else { "exit" };
        let talker = Talker::start(&format!("out 1 10 {end}"), writer, Stdio::null())?;
        let (status, took) = talker.end()?;
        assert_eq!(status.code(), Some(7));
        assert!(took < Duration::from_secs(1), "{took:?} for a line");
        let text = reading(reader).join().map_err(|_| "the reader panicked")?;
        assert_eq!(numbers(&text, 10), [0], "{end}");
    }
    Ok(())
}

#[test]
fn lines_of_both_streams_keep_their_order() -> Result {
    let (reader, writer) = pipe()?;
    let text = reading(reader);
    let too = writer.try_clone().tried("duplicate a pipe")?;
    let (status, _) = Talker::start("both 900 100 return", writer, too)?.end()?;
    assert_eq!(status.code(), Some(7));
    let text = text.join().map_err(|_| "the reader panicked")?;
    assert_eq!(numbers(&text, 100), Vec::from_iter(0..900));
    Ok(())
}

#[test]
fn lines_beyond_what_may_wait_are_lost_and_the_others_keep_their_order() -> Result {
    let (reader, writer) = pipe()?;
    let talker = Talker::start("out 20000 100 return", writer, Stdio::null())?;
    // Nobody reads until it has ended.
    let (status, _) = talker.end()?;
    assert_eq!(status.code(), Some(7));
    let text = reading(reader).join().map_err(|_| "the reader panicked")?;
    // The last one may be cut by the end of the process.
    let whole = text.rfind('\n').map_or("", |at| &text[..=at]);
    let numbers = numbers(whole, 100);
    assert!(numbers.len() >= 100, "only {} lines", numbers.len());
    assert!(numbers.is_sorted(), "{numbers:?}");
    Ok(())
}

#[test]
fn a_stalled_stdout_delays_the_end_by_a_second_at_most() -> Result {
    for words in
        ["out 10 10 return", "out 10 10 exit", "both 3000 1000 exit", "both 3000 1000 return"]
    {
        let full = FullPipe::new()?;
        let (status, took) = Talker::start(words, full.end()?, full.end()?)?.end()?;
        assert_eq!(status.code(), Some(7), "{words}");
        assert!(took < Duration::from_secs(2), "{words}: ended only after {took:?}");
    }
    Ok(())
}
