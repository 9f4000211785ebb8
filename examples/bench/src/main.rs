//! Compares the lab's echo server with others: `cargo run --release -p bench -- --help`.

#[cfg(not(target_os = "linux"))]
compile_error!("the bench needs Linux: it uses epoll, /proc, and cores of its choice");

mod args;
mod chart;
mod compare;
mod load;
mod machine;
mod measure;
mod pages;
mod peers;
mod results;
mod serve;
mod server;

use std::fs;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use args::{Do, HELP, Options};

fn main() -> ExitCode {
    let done = match args::parse(lexopt::Parser::from_env()) {
        Ok(Do::Help) => {
            print(HELP);
            Ok(())
        }
        Ok(Do::Serve(name, address)) => serve::serve(&name, address)
            .map_err(|error| format!("cannot serve with {name} on {address}: {error}")),
        Ok(Do::Compare(options)) => compare_and_report(&options),
        Err(error) => Err(format!("{error} (see --help)")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare_and_report(options: &Options) -> Result<(), String> {
    let results = match &options.from {
        None => {
            if options.write_docs {
                pages::can_write(options)?;
            }
            compare::compare(options)?
        }
        Some(path) => {
            let name = path.display();
            let text = fs::read_to_string(path);
            let text = text.map_err(|error| format!("cannot read {name}: {error}"))?;
            serde_json::from_str(&text)
                .map_err(|error| format!("{name} is not what --json prints: {error}"))?
        }
    };
    print(if options.json { results.json() } else { results.text() }.as_str());
    if options.write_docs {
        pages::write(&results)?;
    }
    let failures = results.failures();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\nbench: ")) }
}

/// Prints on stdout. Whoever closes it does not want to read more, which is no error.
fn print(text: &str) {
    let _ = writeln!(stdout(), "{text}");
}
