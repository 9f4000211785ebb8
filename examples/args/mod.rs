//! What the examples' command lines have in common: addresses, `--help`, and refusing the rest.
#![allow(dead_code)] // no example needs all of it

use std::fmt::Display;
use std::io::{Write, stderr, stdout};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::process::exit;
use std::time::Duration;

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

/// The address to listen on in `text`, such as `127.0.0.1:25000` or `localhost:0`: of several that a name
/// means, the first that this machine has. Exits if it is none.
pub fn address(text: &str, help: &str) -> SocketAddr {
    let all = addresses(text, help);
    *all.iter().find(|address| is_ours(address.ip())).unwrap_or(&all[0])
}

/// Whether this machine has the address.
pub fn is_ours(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// All addresses that `text` means, at least one: `localhost` may be `::1` and `127.0.0.1`. Who connects
/// tries them in turn. Exits if it is none.
pub fn addresses(text: &str, help: &str) -> Vec<SocketAddr> {
    let found: Vec<_> = text.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
    if found.is_empty() {
        let why = format!("do not understand the address '{text}': write it like 127.0.0.1:25000");
        refuse(&why, help);
    }
    found
}

/// How long `text` means, in seconds. Exits if it is none.
pub fn seconds(text: &str) -> Duration {
    match text.parse() {
        Ok(seconds @ 1..=3600) => Duration::from_secs(seconds),
        _ => fail(format!("do not understand the seconds '{text}': write 1 to 3600")),
    }
}

/// Says why an argument cannot be taken, and how they are written, and ends the program.
pub fn refuse(why: &str, help: &str) -> ! {
    let usage = help.lines().find(|line| line.starts_with("Usage")).unwrap_or_default();
    fail(format!("{why}\n{usage}"))
}

/// Says why the program cannot go on, and ends it.
pub fn fail(why: impl Display) -> ! {
    let _ = writeln!(stderr(), "{why}");
    exit(1)
}
