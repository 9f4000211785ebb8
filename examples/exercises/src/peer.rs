//! The other end of a connection, as a test plays it.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use genlab::{AsRawFd, Domain, Op, Socket, Task, Type, socketpair, task};

/// Shorter than the deadline of a test, so that it is this that explains what is missing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The two ends of a connection: one for the handler, which never blocks, and the client's.
pub fn ends() -> (Socket, Peer) {
    let (here, there) = socketpair().expect("two descriptors");
    // The same on every machine: what is on its way never grows to a million bytes.
    here.get_ref().set_send_buffer_size(1 << 16).expect("a small buffer");
    there.get_ref().set_recv_buffer_size(1 << 16).expect("a small buffer");
    (here, Peer::new(there))
}

/// A socket that listens on a free port of this machine, and its address.
pub fn listen() -> (Socket, SocketAddr) {
    let sock = Socket::new(Domain::IPV4, Type::STREAM).expect("a socket");
    sock.bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    sock.listen(100).expect("a socket that listens");
    let address = sock.local_addr().expect("an address");
    (sock, address)
}

/// A socket from which a task can receive after `time`: it can wait for it as for a client.
///
/// # Errors
///
/// When there is no descriptor left for it.
pub fn timer(time: Duration) -> io::Result<Socket> {
    let (here, there) = socketpair()?;
    thread::Builder::new().spawn(move || {
        thread::sleep(time);
        there.send(b".")
    })?;
    Ok(here)
}

/// A client, as a test plays it. What it does not hear in time fails the test.
#[derive(Debug)]
pub struct Peer(Socket);

impl Peer {
    /// It blocks, as the clients of a server do.
    fn new(sock: Socket) -> Peer {
        sock.get_ref().set_nonblocking(false).expect("a socket that blocks");
        sock.get_ref().set_read_timeout(Some(PATIENCE)).expect("a time limit");
        Peer(sock)
    }

    /// Connects to a server.
    #[track_caller]
    pub fn connect(address: SocketAddr) -> Peer {
        match TcpStream::connect(address) {
            Ok(sock) => Peer::new(Socket::wrap(sock).expect("a socket")),
            Err(error) => panic!("the client cannot connect (has the server ended?): {error}"),
        }
    }

    /// Sends a text.
    #[track_caller]
    pub fn say(&self, text: &str) {
        if let Err(error) = self.0.get_ref().write_all(text.as_bytes()) {
            panic!("the client cannot send {text:?}: {error}");
        }
    }

    /// Ends the client's sending: the other side reads the end of file.
    pub fn end(&self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// Reads exactly this text, no more.
    #[track_caller]
    pub fn hears(&self, expected: &str) {
        let mut data = vec![0; expected.len()];
        let mut n = 0;
        let why = loop {
            if n == data.len() {
                break String::new();
            }
            match self.0.get_ref().read(&mut data[n..]) {
                Ok(0) => break "; then the connection was closed".into(),
                Ok(more) => n += more,
                Err(error) if timed_out(&error) => break "; then nothing more came".into(),
                Err(error) => break format!("; then: {error}"),
            }
        };
        data.truncate(n);
        if data != expected.as_bytes() {
            // What else is there helps to see what is wrong.
            let _ = self.0.get_ref().set_nonblocking(true);
            let _ = self.0.get_ref().take(100).read_to_end(&mut data);
            let (expected, heard) = (Short(expected.as_bytes()), Short(&data));
            panic!("the client should have heard {expected}, but heard {heard}{why}");
        }
    }

    /// Checks that nothing can be read now.
    #[track_caller]
    pub fn hears_nothing(&self) {
        let _ = self.0.get_ref().set_nonblocking(true);
        let mut data = [0; 100];
        let heard = self.0.get_ref().read(&mut data);
        let _ = self.0.get_ref().set_nonblocking(false);
        match heard {
            Ok(0) => panic!("the client should hear nothing yet, but the connection was closed"),
            Ok(n) => panic!("the client should hear nothing yet, but heard {}", Short(&data[..n])),
            Err(_) => (),
        }
    }

    /// A task that reads a little each time it has a turn, up to the end of file, or until it has
    /// heard more than `most` bytes. So it never reads while another task sends.
    pub fn listener(self, most: usize, heard: &Rc<RefCell<Vec<u8>>>) -> Task {
        let heard = Rc::clone(heard);
        task(move |co| async move {
            let mut data = [0; 10_000];
            while heard.borrow().len() <= most {
                co.yield_((Op::Recv, self.0.as_raw_fd())).await;
                let n = self.0.get_ref().read(&mut data)?;
                if n == 0 {
                    break;
                }
                heard.borrow_mut().extend(&data[..n]);
            }
            Ok(())
        })
    }

    /// Reads up to the end of file, which must come.
    #[track_caller]
    pub fn hears_all(&self) -> Vec<u8> {
        let mut data = Vec::new();
        match self.0.get_ref().read_to_end(&mut data) {
            Ok(_) => data,
            Err(error) if timed_out(&error) => {
                panic!("the client heard {}, but no end of it: is it open?", Short(&data))
            }
            Err(error) => panic!("the client heard {}, then: {error}", Short(&data)),
        }
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Bytes as a text that fits into a message.
struct Short<'a>(&'a [u8]);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => write!(f, "nothing"),
            data if data.len() <= 100 => write!(f, "{:?}", String::from_utf8_lossy(data)),
            data => write!(f, "{:?}… ({} bytes)", String::from_utf8_lossy(&data[..40]), data.len()),
        }
    }
}
