//! The other end of a connection, as a test plays it.

use std::cell::Cell;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use genlab::{AsRawFd, Domain, Socket, Type, socketpair};
use recording::{Bytes, Kind};

use crate::check::complain;
use crate::recorder;

/// Shorter than the deadline of a test, so that it is this that explains what is missing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The two ends of a connection: one for the handler, which never blocks, and the client's.
pub(crate) fn ends() -> (Socket, Peer) {
    let (here, there) = socketpair().expect("two descriptors");
    // The same on every machine: what is on its way never grows to a million bytes.
    here.get_ref().set_send_buffer_size(1 << 16).expect("a small buffer");
    there.get_ref().set_recv_buffer_size(1 << 16).expect("a small buffer");
    let number = recorder::connects(Some(here.as_raw_fd()));
    (here, Peer::new(there, number))
}

/// The same, but what is sent with one call arrives as one: so calls can be counted.
#[cfg(target_os = "linux")]
pub(crate) fn ends_of_packets() -> (Socket, Peer) {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
    let kind = SocketType::SEQPACKET;
    let (here, there) =
        socketpair(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None).expect("two descriptors");
    let [here, there] = [here, there].map(|sock| Socket::wrap(sock).expect("a socket"));
    let number = recorder::connects(Some(here.as_raw_fd()));
    (here, Peer::new(there, number))
}

/// A socket that listens on a free port of this machine, and its address.
pub(crate) fn listen() -> (Socket, SocketAddr) {
    let sock = Socket::new(Domain::IPV4, Type::STREAM).expect("a socket");
    sock.bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    sock.listen(100).expect("a socket that listens");
    let address = sock.local_addr().expect("an address");
    (sock, address)
}

thread_local! {
    /// How long all timers of this thread last together.
    pub(crate) static ASKED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// A socket from which a task can receive after `time`: it can wait for it as for a client.
///
/// # Errors
///
/// When there is no descriptor left for it.
pub fn timer(time: Duration) -> io::Result<Socket> {
    ASKED.set(ASKED.get() + time);
    let (here, there) = socketpair()?;
    thread::Builder::new().spawn(move || {
        thread::sleep(time);
        there.send(b".")
    })?;
    Ok(here)
}

/// What goes through the network of one machine may be on its way for a moment.
fn arrives() {
    let start = Instant::now();
    while !cfg!(unix) && start.elapsed() < Duration::from_micros(300) {
        thread::yield_now();
    }
}

/// A client, as a test plays it, and its number. What it does not hear in time fails the test.
#[derive(Debug)]
pub(crate) struct Peer(Socket, u32);

impl Peer {
    /// It blocks, as the clients of a server do.
    fn new(sock: Socket, number: u32) -> Peer {
        sock.get_ref().set_nonblocking(false).expect("a socket that blocks");
        sock.get_ref().set_read_timeout(Some(PATIENCE)).expect("a time limit");
        Peer(sock, number)
    }

    /// Connects to a server.
    pub(crate) fn connect(address: SocketAddr) -> Peer {
        match TcpStream::connect(address) {
            Ok(sock) => Peer::new(Socket::wrap(sock).expect("a socket"), recorder::connects(None)),
            Err(error) => complain(
                format!("the client cannot connect (has the server ended?): {error}"),
                format!("der Client kann sich nicht verbinden (ist der Server beendet?): {error}"),
            ),
        }
    }

    /// Its own address, as the server sees it.
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("an address")
    }

    /// Sends this.
    pub(crate) fn say(&self, data: impl AsRef<[u8]>) {
        recorder::arrives(self.1, Kind::Types(Bytes::new(data.as_ref())));
        if let Err(error) = self.0.get_ref().write_all(data.as_ref()) {
            let data = short(data.as_ref());
            complain(
                format!("the client cannot send {data}: {error}"),
                format!("der Client kann {data} nicht senden: {error}"),
            );
        }
        arrives();
    }

    /// Ends the client's sending: the other side reads the end of file.
    pub(crate) fn end(&self) {
        recorder::arrives(self.1, Kind::Closes);
        let _ = self.0.shutdown(Shutdown::Write);
        arrives();
    }

    /// Goes without having read what was sent to it: the other side gets an error.
    pub(crate) fn resets(self) {
        recorder::arrives(self.1, Kind::Resets);
        let _ = self.0.get_ref().set_linger(Some(Duration::ZERO));
        drop(self);
        arrives();
    }

    /// What can be read now, but not more than `most` bytes; and whether that was the end.
    pub(crate) fn takes(&self, most: usize) -> (Vec<u8>, bool) {
        arrives();
        let mut data = Vec::new();
        let _ = self.0.get_ref().set_nonblocking(true);
        let end = self.0.get_ref().take(most as u64).read_to_end(&mut data).is_ok();
        let _ = self.0.get_ref().set_nonblocking(false);
        let end = end && data.len() < most;
        (data, end)
    }

    /// Reads exactly this, no more.
    pub(crate) fn hears(&self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut data = vec![0; expected.len()];
        let mut n = 0;
        let why = loop {
            if n == data.len() {
                break Default::default();
            }
            match self.0.get_ref().read(&mut data[n..]) {
                Ok(0) => {
                    break ("; then the connection was closed", "; dann war die Verbindung zu");
                }
                Ok(more) => n += more,
                Err(error) if timed_out(&error) => {
                    break ("; then nothing more came", "; dann kam nichts mehr");
                }
                Err(_) => break ("; then came an error", "; dann kam ein Fehler"),
            }
        };
        data.truncate(n);
        if data != expected {
            data.extend(self.takes(100).0); // what else is there helps to see what is wrong
            let (expected, heard) = (short(expected), short(&data));
            complain(
                format!("the client should hear {expected}, but heard {heard}{}", why.0),
                format!("der Client sollte {expected} hören, hörte aber {heard}{}", why.1),
            );
        }
    }

    /// Checks that nothing can be read now, nor the end. The words say when.
    pub(crate) fn hears_nothing(&self, english: &str, german: &str) {
        match self.takes(100) {
            (data, true) if data.is_empty() => complain(
                format!("{english}: the client should hear nothing, but the connection was closed"),
                format!("{german}: der Client sollte nichts hören, aber die Verbindung war zu"),
            ),
            (data, false) if data.is_empty() => (),
            (data, _) => complain(
                format!("{english}: the client should hear nothing, but heard {}", short(&data)),
                format!("{german}: der Client sollte nichts hören, hörte aber {}", short(&data)),
            ),
        }
    }

    /// Reads up to the end of file, which must come.
    pub(crate) fn hears_all(&self) -> Vec<u8> {
        let mut data = Vec::new();
        match self.0.get_ref().read_to_end(&mut data) {
            Ok(_) => data,
            Err(error) if timed_out(&error) => complain(
                format!("the client heard {}, but no end of it: is it open?", short(&data)),
                format!(
                    "der Client hörte {}, aber kein Ende: Ist die Verbindung offen?",
                    short(&data)
                ),
            ),
            Err(error) => complain(
                format!("the client heard {}, then: {error}", short(&data)),
                format!("der Client hörte {}, dann: {error}", short(&data)),
            ),
        }
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Bytes as a text that fits into a message.
pub(crate) fn short(data: &[u8]) -> String {
    match data {
        data if data.len() <= 100 => format!("\"{}\"", data.escape_ascii()),
        data => format!("\"{}\"… ({} bytes)", data[..40].escape_ascii(), data.len()),
    }
}
