//! What the examples' command lines have in common: addresses, `--help`, and refusing the rest.
#![allow(dead_code)] // no example needs all of it

use std::fmt::Display;
use std::io::{Write, stderr, stdout};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::exit;

/// The arguments after the program's name. Prints `help` and exits if it is asked for, or if
/// there are more than `most`.
pub fn args(help: &str, most: usize) -> Vec<String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        let _ = writeln!(stdout(), "{help}"); // nobody may be there to read it
        exit(0);
    }
    let odd = |(i, arg): &(usize, &String)| *i >= most || arg.starts_with('-');
    if let Some((_, arg)) = args.iter().enumerate().find(odd) {
        refuse(&format!("do not understand the argument '{arg}'"), help);
    }
    args
}

/// The address in `text`, such as `127.0.0.1:25000` or `localhost:0`. Exits if it is none.
pub fn address(text: &str, help: &str) -> SocketAddr {
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).unwrap_or_else(|| {
        let why = format!("do not understand the address '{text}': write it like 127.0.0.1:25000");
        refuse(&why, help)
    })
}

fn refuse(why: &str, help: &str) -> ! {
    let usage = help.lines().find(|line| line.starts_with("Usage")).unwrap_or_default();
    fail(format!("{why}\n{usage}"))
}

/// Says why the program cannot go on, and ends it.
pub fn fail(why: impl Display) -> ! {
    let _ = writeln!(stderr(), "{why}");
    exit(1)
}
