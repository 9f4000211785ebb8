//! What the examples' command lines have in common: addresses, `--help`, and refusing the rest.

use std::net::{SocketAddr, ToSocketAddrs};
use std::process::exit;

/// The arguments after the program's name. Prints `help` and exits if it is asked for, or if
/// there are more than `most`.
pub fn args(help: &str, most: usize) -> Vec<String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{help}");
        exit(0);
    }
    if let Some(arg) =
        args.iter().skip(most).chain(args.iter().filter(|a| a.starts_with('-'))).next()
    {
        refuse(&format!("do not understand the argument '{arg}'"), help);
    }
    args
}

/// The address in `text`, such as `127.0.0.1:25000` or `localhost:0`. Exits if it is none.
pub fn address(text: &str, help: &str) -> SocketAddr {
    match text.to_socket_addrs().ok().and_then(|mut found| found.next()) {
        Some(address) => address,
        None => refuse(&format!("do not understand the address '{text}'; write HOST:PORT"), help),
    }
}

fn refuse(why: &str, help: &str) -> ! {
    let usage = help.lines().find(|line| line.starts_with("Usage")).unwrap_or_default();
    eprintln!("{why}, such as 127.0.0.1:25000 ({usage})");
    exit(1);
}
