//! Commits the faults against any echo server of the lab's kind, and says what happened.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("this program needs Linux, and its /proc");
    ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
    use std::process::{Command, ExitCode, Stdio};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use faults::{
        Bystanders, FullPipe, Result, Server, command, deaf, faults as commit, limit_descriptors,
        wait_until,
    };

    const HELP: &str = "\
Commits faults against an echo server of the lab's kind, beside three clients who do nothing wrong,
and prints what happened: to them, and to the server.

Usage: cargo run -p faults --bin against -- ADDRESS
       cargo run -p faults --bin against -- --command \"python3 server.py\" [ADDRESS]

The lab's server in Rust is \"target/debug/examples/server 127.0.0.1:25000\", and ours the same with
echo, after `cargo build --examples`.

ADDRESS is the server's: 127.0.0.1:25000 unless given. With a command, the server is started anew
for each fault; without, one that ends is the end of the table.";

    /// What is done to the server, by its start or by its clients.
    struct Fault {
        name: &'static str,
        start: Start,
        commit: fn(SocketAddr) -> Result,
    }

    /// How the server is started.
    #[derive(Clone, Copy, PartialEq)]
    enum Start {
        Plain,
        /// With room for 64 descriptors.
        Limited,
        /// Without a stdout.
        Deaf,
        /// With a pipe as its stdout that nobody can read any more.
        Broken,
        /// With a full pipe as its stdout.
        Piped,
    }

    const fn client(name: &'static str, commit: fn(SocketAddr) -> Result) -> Fault {
        Fault { name, start: Start::Plain, commit }
    }

    /// Nobody does anything wrong; but who connects and goes has lines printed about it.
    const fn quietly(name: &'static str, start: Start) -> Fault {
        Fault { name, start, commit: |at| commit::one_after_another(at, 50) }
    }

    const FAULTS: &[Fault] = &[
        client("nothing wrong", |at| commit::one_after_another(at, 50)),
        client("one client resets its connection", |at| commit::reset_before_the_first_byte(at, 1)),
        client("5 connect and reset at once", |at| commit::reset_at_once(at, 5)),
        client("250 reset after they have sent", |at| {
            commit::reset_between_receive_and_send(at, 250)
        }),
        client("50 send, never read, and reset", |at| {
            commit::reset_while_the_answer_is_on_its_way(at, 50)
        }),
        client("one sends and never reads", |at| commit::never_read(at, 1, || ())),
        client("100 send and never read, until they do", |at| commit::never_read(at, 100, || ())),
        client("tiny socket buffers, 1 MB through", |at| commit::tiny_buffers(at, 1_000_000)),
        client("1000 bytes, one at a time", |at| commit::one_byte_at_a_time(at, 1000)),
        client("1 MB in one write", |at| commit::one_big_write(at, 1_000_000)),
        client("all byte values", commit::all_byte_values),
        client("10,000 connect and close", |at| commit::connect_and_close(at, 10_000)),
        client("500 connect one after another and stay", |at| commit::connect_and_stay(at, 500)),
        client("1000 connect in one instant", |at| commit::connect_in_one_instant(at, 1000)),
        client("2000 at once, each echoing", |at| commit::crowd(at, 2000, 2)),
        client("half-close", commit::half_close),
        client("shutdown of the reading half", commit::shut_the_reading_half),
        client("urgent data", commit::urgent_data),
        client("urgent data, then close with unread bytes", |at| {
            commit::urgent_data_and_close_unread(at, 20)
        }),
        client("idle with keep-alive", |at| commit::keep_alive(at, Duration::from_secs(3))),
        Fault {
            name: "ulimit -n 64, 200 clients",
            start: Start::Limited,
            commit: |at| commit::more_than_fit(at, 200, || Ok(())),
        },
        quietly("stdout closed", Start::Deaf),
        quietly("stdout a pipe that is closed at the other end", Start::Broken),
        quietly("stdout a full pipe that nobody reads", Start::Piped),
    ];

    /// How long a fault may take. What is not over by then counts as not served.
    const PATIENCE: Duration = Duration::from_secs(30);

    pub fn main() -> ExitCode {
        let mut args = std::env::args().skip(1).collect::<Vec<_>>();
        let line = match args.iter().position(|arg| arg == "--command") {
            Some(at) if at + 1 < args.len() => args.drain(at..at + 2).nth(1),
            _ => None,
        };
        let address = args.first().map_or("127.0.0.1:25000", String::as_str);
        let found = address.to_socket_addrs().ok().and_then(|mut found| found.next());
        match found {
            Some(address) if args.len() <= 1 && (line.is_some() || args.len() == 1) => {
                table(line.as_deref(), address)
            }
            _ => {
                println!("{HELP}");
                ExitCode::from(u8::from(!args.iter().any(|arg| arg == "--help" || arg == "-h")))
            }
        }
    }

    fn table(line: Option<&str>, address: SocketAddr) -> ExitCode {
        faults::process::raise_descriptor_limit();
        println!("| fault | what happened |\n| --- | --- |");
        for fault in FAULTS {
            let what = match line {
                Some(line) => alone(fault, line, address),
                None if fault.start == Start::Plain => among(fault, address, None),
                None => continue,
            };
            println!("| {} | {} |", fault.name, what.unwrap_or_else(|error| error));
            if line.is_none() && TcpStream::connect(address).is_err() {
                println!("\nNobody listens on {address} any more.");
                return ExitCode::FAILURE;
            }
        }
        ExitCode::SUCCESS
    }

    /// A fault against a server of its own.
    fn alone(fault: &Fault, line: &str, address: SocketAddr) -> Result<String> {
        if TcpStream::connect(address).is_ok() {
            return Err(format!("not tried: another server listens on {address}"));
        }
        let mut command = command(line);
        command.env("RUST_BACKTRACE", "0");
        match fault.start {
            Start::Limited => command = limit_descriptors(command, 64),
            Start::Deaf => command = deaf(command, &[1]),
            _ => {}
        }
        command.stdout(Stdio::null());
        let pipe = FullPipe::new()?;
        match fault.start {
            Start::Broken => _ = command.stdout(faults::pipe()?.1),
            Start::Piped => _ = command.stdout(pipe.end()?),
            _ => {}
        }
        let mut server = start(command, address)?;
        let mut what = among(fault, address, Some(server.pid()))?;
        // A server that falls may take a moment to hit the ground.
        let fallen = || server.ended();
        if let Some(status) = after_a_moment(fallen) {
            what = format!("the server ended ({status}): {}", last_words(&server));
        }
        drop(server);
        wait_until("the port is free", || TcpStream::connect(address).is_err())?;
        Ok(what)
    }

    fn start(command: Command, address: SocketAddr) -> Result<Server> {
        let mut server = Server::spawn(command, false, true)?;
        let mut ended = None;
        wait_until(&format!("the server listens on {address}"), || {
            ended = server.ended();
            ended.is_some() || server.listens_on().is_some() || TcpStream::connect(address).is_ok()
        })?;
        match ended {
            Some(status) => {
                Err(format!("the server did not start ({status}): {}", last_words(&server)))
            }
            None => Ok(server),
        }
    }

    /// The last line of its errors; but after a panic that is a note on how to learn more of it.
    fn last_words(server: &Server) -> String {
        let mut lines = server.stderr().into_iter();
        lines.rfind(|line| !line.starts_with("note: ")).unwrap_or_default()
    }

    fn after_a_moment<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
        for _ in 0..50 {
            if let Some(seen) = look() {
                return Some(seen);
            }
            thread::park_timeout(Duration::from_millis(10));
        }
        None
    }

    /// A fault beside bystanders.
    fn among(fault: &Fault, address: SocketAddr, pid: Option<u32>) -> Result<String> {
        let bystanders = match Bystanders::start(address, pid) {
            Ok(bystanders) => bystanders,
            Err(error) => return Ok(format!("nobody is served: {error}")),
        };
        let (done, result) = mpsc::channel();
        let commit = fault.commit;
        // A thread that is left behind does no harm to the next fault: its server is gone.
        thread::spawn(move || done.send(commit(address)));
        let served = match result.recv_timeout(PATIENCE) {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(format!("not through within {} s", PATIENCE.as_secs())),
        };
        let went_on = bystanders.go_on();
        let others = match bystanders.report().and_then(|report| went_on.map(|()| report)) {
            Ok(report) if report.longest > Duration::from_secs(1) => {
                Some(format!("others waited {:.1} s", report.longest.as_secs_f64()))
            }
            Ok(_) => None,
            Err(error) => Some(error),
        };
        Ok(match (served, others) {
            (None, None) => "served".into(),
            (None, Some(others)) => format!("served, but {others}"),
            (Some(error), None) => format!("not served: {error}; the others were"),
            (Some(error), Some(others)) => format!("not served: {error}; {others}"),
        })
    }
}
