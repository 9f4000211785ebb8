//! The lab's socket, with what a server among strangers has to add.

use std::cell::{Cell, OnceCell};
use std::fmt::Display;
use std::io::{self, ErrorKind, Read};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Type};

use crate::observe::{Event, tell};
use crate::os::{self, AsRawFd, Op, RawFd};
use crate::print::print_error;
use crate::task::Co;
use crate::timer::Timer;

/// How long [`Socket::accept`] pauses when no descriptor is left.
const PAUSE: Duration = Duration::from_millis(100);

/// How often `accept` may be told that something is invalid before it is believed.
const INVALID: u32 = 100;

/// The lab's socket, with its methods under their names. It never blocks, its errors say with whom
/// and, where that is known, what to do, and it closes when it is dropped: `drop(client)` is Python's `client.close()`.
///
/// Its calls do not wait, except for [`accept`](Socket::accept) in need: `yield` before them, as the
/// lab does. [`GenSocket`](crate::GenSocket) is the lab's next page, a socket that yields by itself.
///
/// ```
/// use std::net::SocketAddr;
/// use genlab::{AsRawFd, Domain, Op, Socket, Task, Tasks, Type, run, task};
///
/// fn server(sock: Socket) -> Task {
///     task(move |co| async move {
///         co.yield_((Op::Recv, sock.as_raw_fd())).await; // yield 'recv', sock
///         let (client, _addr) = sock.accept(&co).await?; // client, addr = sock.accept()
///         co.yield_((Op::Send, client.as_raw_fd())).await; // yield 'send', client
///         client.send(b"Hello")?; // client.send(b'Hello')
///         Ok(())
///     })
/// }
///
/// let sock = Socket::new(Domain::IPV4, Type::STREAM)?; // socket(AF_INET, SOCK_STREAM)
/// sock.set_reuse_address(true)?; // sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
/// sock.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?; // sock.bind(('127.0.0.1', 0))
/// sock.listen(5)?; // sock.listen(5)
/// let mut client = std::net::TcpStream::connect(sock.local_addr()?)?;
/// let tasks = Tasks::new();
/// tasks.append(server(sock));
/// assert!(run(&tasks).is_success());
/// assert_eq!(std::io::read_to_string(client)?, "Hello");
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Socket {
    sock: socket2::Socket,
    /// For messages: when the peer is gone, the kernel does not know any more who it was.
    peer: Cell<Option<SocketAddr>>,
    /// What `accept` needs when no descriptor is left. Made by `listen`, long before.
    pause: OnceCell<Box<Pause>>,
}

#[derive(Debug)]
struct Pause {
    timer: Timer,
    said: Cell<bool>,
}

impl Socket {
    /// Makes a socket: Python's `socket(AF_INET, SOCK_STREAM)`.
    ///
    /// # Errors
    ///
    /// When no descriptor is left, or the system knows no such sockets.
    pub fn new(domain: Domain, r#type: Type) -> io::Result<Socket> {
        let sock = socket2::Socket::new(domain, r#type, None);
        Socket::wrap(sock.map_err(|error| cannot("make", "a socket", &error))?)
    }

    /// Takes a socket that was made otherwise: a `TcpStream`, a `UnixStream`, a `TcpListener`, or one
    /// of the package `socket2`. From now on it never blocks, nor does a duplicate of it.
    ///
    /// ```
    /// use std::net::{TcpListener, TcpStream};
    /// use genlab::Socket;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let client = Socket::wrap(TcpStream::connect(listener.local_addr()?)?)?;
    /// assert_eq!(client.recv(1000)?, None); // nothing yet
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the descriptor cannot be told not to block.
    pub fn wrap(sock: impl Into<socket2::Socket>) -> io::Result<Socket> {
        let sock = sock.into();
        sock.set_nonblocking(true)?;
        let peer = sock.peer_addr().ok().and_then(|addr| addr.as_socket());
        Ok(Socket { sock, peer: Cell::new(peer), pause: OnceCell::new() })
    }

    /// Another descriptor of the same socket: Python's `sock.dup()`.
    ///
    /// # Errors
    ///
    /// When no descriptor is left.
    pub fn try_clone(&self) -> io::Result<Socket> {
        let (sock, peer) = (self.sock.try_clone()?, self.peer.clone());
        Ok(Socket { sock, peer, pause: OnceCell::new() })
    }

    /// Lets a server start again at once on an address that connections of its predecessor still
    /// occupy: Python's `sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)`.
    ///
    /// On Windows it does nothing: there a server can do so anyway, and the option would let two
    /// servers share an address.
    ///
    /// # Errors
    ///
    /// Those of `setsockopt(2)`.
    pub fn set_reuse_address(&self, reuse: bool) -> io::Result<()> {
        if cfg!(windows) { Ok(()) } else { self.sock.set_reuse_address(reuse) }
    }

    /// Takes an address to listen on: Python's `sock.bind(address)`.
    ///
    /// ```
    /// use genlab::{Domain, Socket, Type};
    ///
    /// let (one, two) = (Socket::new(Domain::IPV4, Type::STREAM)?, Socket::new(Domain::IPV4, Type::STREAM)?);
    /// one.bind(([127, 0, 0, 1], 0))?; // 0: on any free port
    /// one.listen(5)?;
    /// let address = one.local_addr()?;
    /// assert_eq!(
    ///     two.bind(address).unwrap_err().to_string(),
    ///     format!("cannot listen on {address}: address already in use; is another server running?")
    /// );
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the address is taken, is not one of this machine, or is not allowed.
    pub fn bind(&self, address: impl Into<SocketAddr>) -> io::Result<()> {
        let address = address.into();
        self.sock.bind(&address.into()).map_err(|error| cannot("listen on", address, &error))
    }

    /// Begins to listen: Python's `sock.listen(5)`. So many connections can wait to be accepted.
    ///
    /// # Errors
    ///
    /// When another socket listens there already, or no descriptor is left for what
    /// [`accept`](Socket::accept) sets aside.
    pub fn listen(&self, backlog: i32) -> io::Result<()> {
        let listening = self.set_aside().and_then(|()| self.sock.listen(backlog));
        listening.map_err(|error| cannot("listen on", self.own_name(), &error))
    }

    /// Accepts a connection: Python's `client, addr = sock.accept()`. Call it after a `yield` for `sock`.
    ///
    /// The client never blocks. A client that has gone again is passed over, and where Python
    /// raises because the process has no descriptor left, this says so once on stderr and pauses until
    /// there is one, with a timer that [`listen`](Socket::listen) or the first `accept` has set aside:
    /// for both it yields by itself. A client whose address is none of the internet's,
    /// as on a Unix socket, has the address 0.0.0.0:0.
    ///
    /// # Errors
    ///
    /// Those of the listening socket: it is closed, or does not listen.
    pub async fn accept(&self, co: &Co) -> io::Result<(Socket, SocketAddr)> {
        let _ = self.set_aside(); // if it was made to listen by somebody else
        let mut invalid = 0;
        loop {
            let accepted = self.sock.accept().and_then(|(sock, addr)| {
                sock.set_nonblocking(true)?;
                Ok((sock, addr.as_socket().unwrap_or(([0; 4], 0).into())))
            });
            let error = match accepted {
                Ok((sock, addr)) => {
                    let (peer, pause) = (Cell::new(Some(addr)), OnceCell::new());
                    let client = Socket { sock, peer, pause };
                    tell(|| Event::Accept { fd: client.as_raw_fd(), address: addr });
                    return Ok((client, addr));
                }
                Err(error) => error,
            };
            let code = error.raw_os_error().unwrap_or_default();
            // macOS says "invalid" of a client that has reset its connection. Others say it of a
            // socket that does not listen, and then again and again.
            invalid += u32::from(code == os::INVALID);
            let none_left = os::NONE_LEFT.contains(&code);
            match self.pause.get() {
                Some(pause) if none_left => pause.wait(co, &error).await,
                _ if none_left || os::NO_LISTENER.contains(&code) || invalid > INVALID => {
                    return Err(cannot("accept a client on", self.own_name(), &error));
                }
                // Nobody is there after all, or the network failed the one who was.
                _ => co.yield_((Op::Recv, self.as_raw_fd())).await,
            }
        }
    }

    /// Receives at most `size` bytes: Python's `data = client.recv(1000)`.
    ///
    /// Empty at the end of file, as in Python. `None` if there is nothing to receive after all: wait
    /// again.
    ///
    /// ```
    /// let (here, there) = genlab::socketpair()?;
    /// assert_eq!(here.recv(1000)?, None);
    /// there.send(b"Hello")?;
    /// assert_eq!(here.recv(1000)?, Some(b"Hello".to_vec()));
    /// drop(there);
    /// assert_eq!(here.recv(1000)?, Some(vec![]));
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `recv(2)`: above all, that the client reset the connection.
    #[track_caller]
    pub fn recv(&self, size: usize) -> io::Result<Option<Vec<u8>>> {
        let mut data = vec![0; size];
        let received = unless_it_would_block((&self.sock).read(&mut data));
        let received = received.map_err(|error| self.cannot("receive from", &error));
        let result = received.map(|received| {
            received.map(|n| {
                data.truncate(n);
                data
            })
        });
        tell(|| Event::Recv { fd: self.as_raw_fd(), result: &result });
        result
    }

    /// Sends what the socket can take now: Python's `client.send(data)`. Returns how many bytes.
    ///
    /// That may be fewer than there are, as in Python; 0 if it can take none after all. Wait again,
    /// and send the rest.
    ///
    /// ```
    /// let (here, there) = genlab::socketpair()?;
    /// let data = vec![b'x'; 10_000_000];
    /// let sent = here.send(&data)?;
    /// assert!(0 < sent && sent < data.len());
    /// assert_eq!(here.send(&data[sent..])?, 0); // no room until somebody has received
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `send(2)`: above all, that the client is gone.
    #[track_caller]
    pub fn send(&self, data: &[u8]) -> io::Result<usize> {
        let sent = unless_it_would_block(self.sock.send(data));
        let result = sent.map(|sent| sent.unwrap_or(0));
        let result = result.map_err(|error| self.cannot("send to", &error));
        tell(|| Event::Send { fd: self.as_raw_fd(), data, result: &result });
        result
    }

    /// Ends one direction or both, at once and for all who share the socket: Python's
    /// `client.shutdown(how)`. It has nothing to wait for.
    ///
    /// A peer reads the end of file after `Shutdown::Write`, and may go on sending.
    ///
    /// ```
    /// use std::net::Shutdown;
    ///
    /// let (here, there) = genlab::socketpair()?;
    /// here.shutdown(Shutdown::Write)?;
    /// assert_eq!(there.recv(1000)?, Some(vec![]));
    /// there.send(b"and yet")?;
    /// assert_eq!(here.recv(1000)?, Some(b"and yet".to_vec()));
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the connection is gone already.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.sock.shutdown(how).map_err(|error| self.cannot("end the connection to", &error))
    }

    /// Sends what is small at once, instead of waiting for more: Python's
    /// `sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)`.
    ///
    /// # Errors
    ///
    /// Those of `setsockopt(2)`: above all, that the socket is none of TCP.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.sock.set_tcp_nodelay(nodelay)
    }

    /// Its own address: Python's `sock.getsockname()`. After a `bind` to port 0 it tells the port.
    ///
    /// # Errors
    ///
    /// When it has none of the internet's, as a Unix socket.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.sock.local_addr()?.as_socket().ok_or_else(|| ErrorKind::Unsupported.into())
    }

    /// The other side's address: Python's `sock.getpeername()`, but also when that side is gone.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        self.peer.get()
    }

    /// The socket inside, for everything else. It must go on never to block.
    ///
    /// ```
    /// use genlab::{Domain, Socket, Type};
    ///
    /// let sock = Socket::new(Domain::IPV4, Type::STREAM)?;
    /// sock.get_ref().set_recv_buffer_size(100_000)?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn get_ref(&self) -> &socket2::Socket {
        &self.sock
    }

    pub(crate) fn set_peer(&self, peer: SocketAddr) {
        self.peer.set(Some(peer));
    }

    /// Makes what `accept` needs when no descriptor is left, while there are some.
    fn set_aside(&self) -> io::Result<()> {
        if self.pause.get().is_none() {
            let pause = Pause { timer: Timer::new()?, said: Cell::new(false) };
            let _ = self.pause.set(Box::new(pause)); // it has none yet
        }
        Ok(())
    }

    fn own_name(&self) -> String {
        match self.local_addr() {
            Ok(address) if address.port() != 0 => address.to_string(),
            _ => format!("fd {}", self.as_raw_fd()),
        }
    }

    pub(crate) fn cannot(&self, what: &str, error: &io::Error) -> io::Error {
        match self.peer.get() {
            Some(peer) => cannot(what, peer, error),
            None => cannot(what, format_args!("fd {}", self.as_raw_fd()), error),
        }
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Socket {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.sock.as_fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.sock.as_raw_fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for Socket {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.sock.as_socket()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsRawSocket for Socket {
    fn as_raw_socket(&self) -> RawFd {
        self.sock.as_raw_socket()
    }
}

impl Pause {
    async fn wait(&self, co: &Co, error: &io::Error) {
        if !self.said.replace(true) {
            print_error(format!(
                "cannot accept a client now: {error}; those who wait are served as others leave"
            ));
        }
        // Should it fail, there is nothing better to do than to try `accept` again.
        let _ = self.timer.sleep(co, PAUSE).await;
    }
}

/// Two sockets that are connected to each other: Python's `socket.socketpair()`.
///
/// # Errors
///
/// When no descriptors are left.
pub fn socketpair() -> io::Result<(Socket, Socket)> {
    let (here, there) = os::socketpair()?;
    Ok((Socket::wrap(here)?, Socket::wrap(there)?))
}

fn unless_it_would_block(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(n) => Ok(Some(n)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// An error that says what failed and with whom and, where that is known, what to do.
pub(crate) fn cannot(what: &str, whom: impl Display, error: &io::Error) -> io::Error {
    use ErrorKind::*;
    let kind = error.kind();
    let (why, advice) = match kind {
        AddrInUse => ("address already in use".into(), "; is another server running?"),
        AddrNotAvailable => {
            ("not an address of this machine".into(), "; take 127.0.0.1 or 0.0.0.0")
        }
        PermissionDenied => ("permission denied".into(), "; take a port above 1023"),
        ConnectionRefused => (kind.to_string(), "; is the server running?"),
        BrokenPipe | ConnectionAborted | ConnectionReset | HostUnreachable | NetworkUnreachable
        | NotConnected | TimedOut => (kind.to_string(), ""),
        _ => (error.to_string(), ""),
    };
    io::Error::new(kind, format!("cannot {what} {whom}: {why}{advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_without_the_right_to_it_is_named_with_what_to_do() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        assert_eq!(
            cannot("listen on", address, &ErrorKind::PermissionDenied.into()).to_string(),
            "cannot listen on 127.0.0.1:80: permission denied; take a port above 1023"
        );
    }
}
