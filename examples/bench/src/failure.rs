//! What can go wrong while a server is measured.

use std::fmt::{self, Display};
use std::io;

#[derive(Debug)]
pub enum Failure {
    /// The server answered, and what it answered is not right: the run ends.
    Wrong(String),
    /// The server did not come up, did not answer, or ended: it is left out, and said so.
    Server(String),
    /// After so many seconds so many of all were served: the server is left out, and said so.
    Late { served: u64, of: usize, seconds: u64 },
    /// System calls cannot be counted here, and why.
    NoStrace(String),
    /// Our own side failed: the run ends.
    Load(String),
}

impl Failure {
    pub fn server(what: impl Into<String>) -> Failure {
        Failure::Server(what.into())
    }

    pub fn load(what: &str, error: io::Error) -> Failure {
        Failure::Load(format!("the load cannot {what}: {error}"))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Failure::Wrong(what) => write!(f, "a wrong answer: {what}"),
            Failure::Late { served, of, seconds } => {
                write!(f, "{served} of {of} clients served after {seconds} s")
            }
            Failure::NoStrace(why) => write!(f, "strace cannot count: {why}"),
            Failure::Server(what) | Failure::Load(what) => f.write_str(what),
        }
    }
}
