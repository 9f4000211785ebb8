//! Printing that harms nobody.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use crate::observe::{Event, tell};
use crate::os;

/// Prints a line on stdout and flushes it: Python's `print`, but nobody ends or waits for it.
///
/// Python's raises when stdout is closed, and blocks the whole server when stdout is a pipe or a
/// terminal that nobody reads. Here a thread for each stream prints the lines, in the order of the
/// calls; also between [`print()`] and [`print_error`], unless the other stream stands still. Each may
/// be up to 1000 lines behind; a line beyond that is lost. What was printed before the process ends, by the end of `main` or, but on Windows,
/// by [`exit`](std::process::exit), is still printed then, if that takes no longer than a second.
///
/// ```
/// genlab::print(format!("Connection from {}", "127.0.0.1:51234"));
/// ```
#[track_caller]
pub fn print(line: impl Display) {
    queue(Stream::Out, format!("{line}\n"));
}

/// Prints a line on stderr, with the promise of [`print()`].
#[track_caller]
pub fn print_error(line: impl Display) {
    queue(Stream::Err, format!("{line}\n"));
}

/// So many lines may wait for their stream.
const MOST: usize = 1000;

/// How long a line waits for an earlier one on the other stream, which perhaps nobody reads.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long a thread pauses after it has printed, so that many lines in a row do not wake it for each.
const PAUSE: Duration = Duration::from_millis(1);

/// How long a thread waits for another line before it ends. In a process of one thread each system
/// call is a little cheaper: the kernel need not count who uses a descriptor.
const IDLE: Duration = Duration::from_millis(100);

/// How long the end of the process waits for what was printed.
const LAST: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

impl Stream {
    /// Writes all of it with one call, so that lines of several processes do not mix. Only if the stream
    /// is one that does not block, there may be more.
    fn write(self, text: &str, patient: bool) {
        let mut out: Box<dyn Write> = match self {
            Stream::Out => Box::new(io::stdout().lock()),
            Stream::Err => Box::new(io::stderr().lock()),
        };
        let mut rest = text.as_bytes();
        loop {
            let written = if rest.is_empty() { out.flush().map(|()| 0) } else { out.write(rest) };
            match written {
                Ok(_) if rest.is_empty() => return,
                Ok(n) if n > 0 => rest = &rest[n..],
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                Err(error) if patient && error.kind() == ErrorKind::WouldBlock => {
                    thread::sleep(Duration::from_millis(1));
                }
                _ => return, // nobody can read it
            }
        }
    }

    fn fd(self) -> i32 {
        self as i32 + 1
    }

    fn other(self) -> Stream {
        match self {
            Stream::Out => Stream::Err,
            Stream::Err => Stream::Out,
        }
    }
}

/// The lines of one stream that are not printed yet.
struct Lines {
    /// Each with its number, which counts the lines of both streams.
    waiting: VecDeque<(u64, String)>,
    /// The first of those that are being written.
    writing: Option<u64>,
    /// Whether a thread does that.
    thread: bool,
}

impl Lines {
    const NONE: Lines = Lines { waiting: VecDeque::new(), writing: None, thread: false };

    /// The number of the first that is not printed yet.
    fn first(&self) -> Option<u64> {
        self.writing.or_else(|| self.waiting.front().map(|line| line.0))
    }

    fn has_before(&self, number: u64) -> bool {
        self.first().is_some_and(|first| first < number)
    }
}

struct Printer {
    streams: [Lines; 2],
    /// How many lines there were.
    number: u64,
    /// How many threads wait for a change.
    asleep: usize,
}

static PRINTER: Mutex<Printer> =
    Mutex::new(Printer { streams: [Lines::NONE; 2], number: 0, asleep: 0 });
static CHANGED: Condvar = Condvar::new();

type Guard = MutexGuard<'static, Printer>;

fn printer() -> Guard {
    PRINTER.lock().unwrap_or_else(PoisonError::into_inner)
}

#[track_caller]
fn queue(stream: Stream, line: String) {
    tell(|| Event::Print { line: line.trim_end_matches('\n') });
    static AT_EXIT: Once = Once::new();
    let mut printer = printer();
    if !printer.streams[stream as usize].thread {
        let thread = thread::Builder::new().name("print".into());
        if thread.spawn(move || print_lines(stream)).is_err() {
            // No thread to be had: the line is printed if it need not wait, as far as one can see.
            if os::can_take(stream.fd()) {
                stream.write(&line, false);
            }
            return;
        }
        AT_EXIT.call_once(|| os::at_exit(print_the_rest));
        printer.streams[stream as usize].thread = true;
    }
    if printer.streams[stream as usize].waiting.len() < MOST {
        printer.number += 1;
        let number = printer.number;
        printer.streams[stream as usize].waiting.push_back((number, line));
        changed(&printer);
    }
}

/// What the thread of a stream does, until there is nothing more to print.
fn print_lines(stream: Stream) {
    let (own, other) = (stream as usize, stream.other() as usize);
    let mut printer = printer();
    loop {
        printer = wait_while(printer, IDLE, |streams| streams[own].waiting.is_empty());
        let Some(number) = printer.streams[own].first() else {
            printer.streams[own].thread = false;
            return;
        };
        printer = wait_while(printer, PATIENCE, |streams| streams[other].has_before(number));
        // Up to the next line of the other stream; that of one that stands still does not count.
        let until = printer.streams[other].first().filter(|&first| first > number);
        let lines = &mut printer.streams[own];
        let count = lines.waiting.partition_point(|line| line.0 < until.unwrap_or(u64::MAX));
        let text: String = lines.waiting.drain(..count).map(|line| line.1).collect();
        lines.writing = Some(number);
        drop(printer);
        stream.write(&text, true);
        printer = self::printer();
        printer.streams[own].writing = None;
        changed(&printer);
        drop(printer);
        thread::sleep(PAUSE);
        printer = self::printer();
    }
}

extern "C" fn print_the_rest() {
    let any = |streams: &[Lines; 2]| streams.iter().any(|lines| lines.first().is_some());
    drop(wait_while(printer(), LAST, any));
}

/// Waits, but no longer than `limit`, until `condition` is no longer true.
fn wait_while(
    mut printer: Guard,
    limit: Duration,
    condition: impl Fn(&[Lines; 2]) -> bool,
) -> Guard {
    printer.asleep += 1;
    let waited = CHANGED.wait_timeout_while(printer, limit, |it| condition(&it.streams));
    let (mut printer, _) = waited.unwrap_or_else(PoisonError::into_inner);
    printer.asleep -= 1;
    printer
}

fn changed(printer: &Guard) {
    // Waking costs a system call, also if nobody sleeps: so only if somebody does.
    if printer.asleep > 0 {
        CHANGED.notify_all();
    }
}
