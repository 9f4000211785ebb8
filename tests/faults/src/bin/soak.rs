//! All the clients' faults, again and again, for minutes, against one `echo` process.

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
    use std::net::SocketAddr;
    use std::process::ExitCode;
    use std::time::{Duration, Instant};

    use faults::{Bystanders, Result, Server, faults as commit};

    const HELP: &str = "\
Commits the clients' faults against one echo process, round after round, beside three clients who do
nothing wrong; prints its memory and descriptors, and fails if they grow, a byte is wrong, or one of
the three waits more than a second.

Usage: cargo run --release -p faults --bin soak [-- --seconds N]

N is 300 unless given.";

    /// How many descriptors the poller has, which is made when it is first needed.
    const POLLER: usize = 3;

    /// What memory may grow by after the first rounds, in KiB: what an allocator keeps is not the
    /// same each time.
    const GROWTH: u64 = 1024;

    pub fn main() -> ExitCode {
        let args: Vec<_> = std::env::args().skip(1).collect();
        let seconds = match &args[..] {
            [] => Some(300),
            [name, seconds] if name == "--seconds" => seconds.parse().ok(),
            _ => None,
        };
        let Some(seconds) = seconds else {
            println!("{HELP}");
            return ExitCode::from(u8::from(args != ["--help"]));
        };
        match soak(Duration::from_secs(seconds)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        }
    }

    fn soak(time: Duration) -> Result {
        let server = Server::echo()?;
        let fresh = server.descriptors();
        let start = Instant::now();
        // The first rounds are its measure: all tables have grown by then.
        round(&server)?;
        round(&server)?;
        server.gives_back_descriptors(fresh + POLLER)?;
        let (descriptors, memory) = (server.descriptors(), server.memory());
        println!(" seconds  rounds  descriptors  memory/KiB     echoes  longest wait/ms");
        let (mut rounds, mut echoes, mut longest) = (2, 0, Duration::ZERO);
        loop {
            let report = round(&server)?;
            server.gives_back_descriptors(descriptors)?;
            rounds += 1;
            echoes += report.echoes;
            longest = longest.max(report.longest);
            println!(
                "{:8}{rounds:8}{:13}{:12}{echoes:11}{:17}",
                start.elapsed().as_secs(),
                server.descriptors(),
                server.memory(),
                longest.as_millis()
            );
            if server.memory() > memory + GROWTH {
                return Err(format!("memory grew from {memory} KiB to {} KiB", server.memory()));
            }
            if start.elapsed() > time {
                return Ok(());
            }
        }
    }

    /// Each fault once.
    fn round(server: &Server) -> Result<faults::Report> {
        let bystanders = Bystanders::start(server.address, Some(server.pid()))?;
        server.while_stopped(|| commit::reset_at_once(server.address, 100))?;
        for (name, fault) in FAULTS {
            fault(server.address).map_err(|error| format!("{name}: {error}"))?;
        }
        bystanders.unharmed()
    }

    type Fault = (&'static str, fn(SocketAddr) -> Result);

    const FAULTS: &[Fault] = &[
        ("reset before the first byte", |at| commit::reset_before_the_first_byte(at, 100)),
        ("reset after sending", |at| commit::reset_between_receive_and_send(at, 100)),
        ("reset before the answer", |at| commit::reset_while_the_answer_is_on_its_way(at, 50)),
        ("never read", |at| commit::never_read(at, 50, || ())),
        ("tiny buffers", |at| commit::tiny_buffers(at, 200_000)),
        ("one byte at a time", |at| commit::one_byte_at_a_time(at, 1000)),
        ("1 MB in one write", |at| commit::one_big_write(at, 1_000_000)),
        ("all byte values", commit::all_byte_values),
        ("connect and close", |at| commit::connect_and_close(at, 500)),
        ("in one instant", |at| commit::connect_in_one_instant(at, 500)),
        ("a crowd", |at| commit::crowd(at, 1000, 5)),
        ("half-close", commit::half_close),
        ("shutdown of the reading half", commit::shut_the_reading_half),
        ("urgent data", commit::urgent_data),
        ("urgent data and close", |at| commit::urgent_data_and_close_unread(at, 20)),
    ];
}
