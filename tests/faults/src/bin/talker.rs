//! Prints numbered lines, the odd ones on stderr if asked, and ends at once.

use std::process::{ExitCode, exit};

use genlab::{print, print_error};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [streams, lines, length, end] = &args[..] else {
        eprintln!("Usage: talker out|both LINES LENGTH return|exit");
        return ExitCode::FAILURE;
    };
    let (lines, length) = (lines.parse().unwrap_or(0), length.parse().unwrap_or(0));
    for n in 0..lines {
        let line = format!("{n:.<length$}");
        if n % 2 == 1 && streams == "both" { print_error(line) } else { print(line) }
    }
    match &end[..] {
        "exit" => exit(7),
        _ => ExitCode::from(7),
    }
}
