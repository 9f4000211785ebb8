//! A client that knows what it has sent, and checks every byte that comes back.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use socket2::{Domain, Socket, Type};

use crate::{DEADLINE, Result, Tried};

/// The byte at position `at` of the stream with number `stream`: any but `G`.
///
/// Streams differ, and do not repeat, so that a byte lost, doubled, moved or given to another
/// client shows. Without a `G`, a `GOT:` in the answer can only be the server's.
pub fn byte(stream: u64, at: u64) -> u8 {
    let mixed = (at ^ stream.rotate_left(40)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let value = ((mixed >> 40) % 255) as u8;
    if value >= b'G' { value + 1 } else { value }
}

/// The lab's answers to one stream, checked as they come.
///
/// What the client wrote does not settle how the server cuts it: each `recv` of at most 1000 bytes
/// gets a `GOT:` of its own. So a right answer is: pieces of 1 to 1000 bytes, each after `GOT:`,
/// which together are what was sent.
#[derive(Clone, Debug)]
pub struct Answers {
    stream: u64,
    /// How many bytes of the stream have come back.
    pub got: u64,
    head: usize,
    piece: usize,
}

impl Answers {
    /// No answer yet.
    pub fn new(stream: u64) -> Answers {
        Answers { stream, got: 0, head: 0, piece: 0 }
    }

    /// Checks what came now.
    pub fn check(&mut self, bytes: &[u8]) -> Result {
        for &it in bytes {
            if self.head == 4 && it == b'G' && self.piece > 0 {
                (self.head, self.piece) = (0, 0);
            }
            let right =
                if self.head < 4 { b"GOT:"[self.head] } else { byte(self.stream, self.got) };
            if it != right || self.piece == 1000 {
                return Err(format!(
                    "wrong byte after {} right ones: {it:#04x} instead of {right:#04x} \
                     (at {} of GOT:, {} bytes into the piece)",
                    self.got, self.head, self.piece
                ));
            }
            if self.head < 4 {
                self.head += 1;
            } else {
                self.got += 1;
                self.piece += 1;
            }
        }
        Ok(())
    }

    /// Whether the answer may end here: not within `GOT:`, nor right after it.
    pub fn is_whole(&self) -> bool {
        self.piece > 0 || self.head == 0
    }
}

/// What there was to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// Nothing now.
    Nothing,
    /// The server has closed.
    End,
    /// So many bytes, and they were right.
    Bytes(usize),
}

static STREAMS: AtomicU64 = AtomicU64::new(1);

/// One connection, its stream, and the answers.
#[derive(Debug)]
pub struct Client {
    /// The connection itself, for those who want to spoil it.
    pub socket: Socket,
    stream: u64,
    /// How many bytes of the stream were sent.
    pub sent: u64,
    /// What came back.
    pub answers: Answers,
}

impl Client {
    /// Connects, and waits for that at most until the deadline.
    pub fn connect(address: SocketAddr) -> Result<Client> {
        Ok(Client::on(connect(address, |_| Ok(()))?))
    }

    /// A client on a connection that is there.
    pub fn on(socket: Socket) -> Client {
        let stream = STREAMS.fetch_add(1, Ordering::Relaxed);
        Client { socket, stream, sent: 0, answers: Answers::new(stream) }
    }

    /// The next `n` bytes of the stream.
    pub(crate) fn next(&self, n: usize) -> Vec<u8> {
        (self.sent..self.sent + n as u64).map(|at| byte(self.stream, at)).collect()
    }

    /// Sends the next `n` bytes of the stream.
    pub fn send(&mut self, n: usize) -> Result {
        let data = self.next(n);
        (&self.socket).write_all(&data).tried("send to the server")?;
        self.sent += n as u64;
        Ok(())
    }

    /// Sends as many of the next `n` bytes as there is room for now.
    pub fn try_send(&mut self, n: usize) -> Result<usize> {
        let data = self.next(n);
        match send(&self.socket, &data, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
            Ok(sent) => {
                self.sent += sent as u64;
                Ok(sent)
            }
            Err(Errno::AGAIN) => Ok(0),
            Err(error) => Err(error).tried("send to the server"),
        }
    }

    /// Receives and checks what is there now.
    pub fn try_receive(&mut self) -> Result<Got> {
        self.receive_with(RecvFlags::DONTWAIT)
    }

    fn receive_with(&mut self, flags: RecvFlags) -> Result<Got> {
        let mut room = [0; 16 * 1024];
        let received = match recv(&self.socket, &mut room, flags) {
            Ok((received, _)) => received,
            Err(Errno::AGAIN) if flags == RecvFlags::DONTWAIT => return Ok(Got::Nothing),
            Err(Errno::AGAIN) => {
                return Err(format!(
                    "no answer within {} s; {} of {} bytes came back",
                    DEADLINE.as_secs(),
                    self.answers.got,
                    self.sent
                ));
            }
            Err(error) => return Err(error).tried("receive from the server"),
        };
        self.answers.check(&room[..received])?;
        Ok(if received == 0 { Got::End } else { Got::Bytes(received) })
    }

    /// Whether all that was sent has come back.
    pub fn is_answered(&self) -> bool {
        self.answers.got == self.sent
    }

    /// Waits until all that was sent has come back.
    pub fn receive(&mut self) -> Result {
        while !self.is_answered() {
            if self.receive_with(RecvFlags::empty())? == Got::End {
                return Err(format!(
                    "the server closed after {} of {} bytes",
                    self.answers.got, self.sent
                ));
            }
        }
        Ok(())
    }

    /// Sends `n` bytes and waits for the answer.
    pub fn echo(&mut self, n: usize) -> Result {
        self.send(n)?;
        self.receive()
    }

    /// Ends the sending side, and checks that the rest comes, and then the end of file.
    pub fn finish(mut self) -> Result {
        self.socket.shutdown(Shutdown::Write).tried("shut down the sending side")?;
        while self.receive_with(RecvFlags::empty())? != Got::End {}
        if !self.is_answered() || !self.answers.is_whole() {
            return Err(format!("end of file after {} of {} bytes", self.answers.got, self.sent));
        }
        Ok(())
    }

    /// Checks that the server closes the connection without another word.
    pub fn sees_the_end(&mut self) -> Result {
        match self.receive_with(RecvFlags::empty())? {
            Got::End => Ok(()),
            got => Err(format!("more to receive instead of the end: {got:?}")),
        }
    }

    /// Receives `n` bytes of whatever kind.
    pub fn receive_raw(&self, n: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; n];
        (&self.socket).read_exact(&mut bytes).tried("receive from the server")?;
        Ok(bytes)
    }
}

impl AsFd for Client {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for Client {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

/// Connects a socket that `prepare` has set up; it waits at most until the deadline for anything.
pub fn connect(
    address: SocketAddr,
    prepare: impl FnOnce(&Socket) -> io::Result<()>,
) -> Result<Socket> {
    let socket =
        Socket::new(Domain::for_address(address), Type::STREAM, None).tried("make a socket")?;
    socket.set_read_timeout(Some(DEADLINE)).tried("set a deadline")?;
    socket.set_write_timeout(Some(DEADLINE)).tried("set a deadline")?;
    prepare(&socket).tried("set a socket up")?;
    match socket.connect_timeout(&address.into(), DEADLINE) {
        Ok(()) => Ok(socket),
        Err(error) => Err(format!("cannot connect to {address}: {error}")),
    }
}

/// Gives the socket the `n`th local address: one address has ports for some 28,000 connections only,
/// and those of closed ones are taken for a minute.
pub fn source(socket: &Socket, n: usize) -> io::Result<()> {
    let yes: libc::c_int = 1;
    // SAFETY: the pointer is that of an `int` that lives on, and the length is its own.
    let result = unsafe {
        let (value, size) = ((&raw const yes).cast(), size_of_val(&yes) as libc::socklen_t);
        let option = libc::IP_BIND_ADDRESS_NO_PORT;
        libc::setsockopt(socket.as_raw_fd(), libc::IPPROTO_IP, option, value, size)
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    let host = Ipv4Addr::new(127, 0, 0, 2 + (n % 250) as u8);
    socket.bind(&SocketAddr::from((host, 0)).into())
}

/// Closes the connection with a reset instead of an end of file.
pub fn reset(socket: impl Into<Socket>) -> Result {
    socket.into().set_linger(Some(Duration::ZERO)).tried("prepare a reset")
}

impl From<Client> for Socket {
    fn from(client: Client) -> Socket {
        client.socket
    }
}

/// Waits until one of the descriptors has one of its events; returns who has. None at the timeout.
pub fn poll<'a, F: AsFd + 'a>(
    fds: impl IntoIterator<Item = (&'a F, PollFlags)>,
    timeout: Duration,
) -> Vec<RawFd> {
    let mut fds: Vec<_> = fds.into_iter().map(|(fd, events)| PollFd::new(fd, events)).collect();
    let timeout = Timespec::try_from(timeout).expect("no timeout is that long");
    let _ = rustix::event::poll(&mut fds, Some(&timeout));
    let ready = fds.iter().filter(|fd| !fd.revents().is_empty());
    ready.map(|fd| fd.as_fd().as_raw_fd()).collect()
}
