//! The lab's next page: a socket whose calls yield by themselves.

use std::cell::{Cell, OnceCell};
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::ops::Deref;
use std::os::fd::AsRawFd;

use socket2::Socket;

use crate::socket::{Pause, accept, recv, send};
use crate::task::{Co, Op};

/// A socket whose calls yield by themselves: Python's class of the same name.
///
/// `client.recv(&co, 1000).await` is its `yield from client.recv(1000)`, and, a few years later,
/// `await client.recv(1000)`. Each call first yields, then does what the socket's own call does;
/// what a wake for nothing or a `send` that takes only a part would ask of the caller is done here.
/// The errors name the peer.
///
/// All other methods are those of the [`Socket`] inside, which stands for Python's `__getattr__`.
/// Two tasks may share one in an `Rc`, so that one receives while the other sends. It closes when
/// it is dropped.
///
/// ```
/// use std::net::{Ipv4Addr, Shutdown, SocketAddr};
/// use genlab::{GenSocket, Task, Tasks, run, task};
/// use socket2::{Domain, Socket, Type};
///
/// fn server(sock: GenSocket) -> Task {
///     task(move |co| async move {
///         let (client, _addr) = sock.accept(&co).await?;
///         let data = client.recv(&co, 1000).await?;
///         client.send_all(&co, &[b"GOT:", &data[..]].concat()).await
///     })
/// }
///
/// fn client(address: SocketAddr) -> Task {
///     task(move |co| async move {
///         let server = GenSocket::new(Socket::new(Domain::IPV4, Type::STREAM, None)?)?;
///         server.connect(&co, address).await?;
///         server.send_all(&co, b"Hello").await?;
///         assert_eq!(server.recv(&co, 1000).await?, b"GOT:Hello");
///         assert_eq!(server.recv(&co, 1000).await?, b""); // the end of file
///         Ok(())
///     })
/// }
///
/// let sock = GenSocket::new(Socket::new(Domain::IPV4, Type::STREAM, None)?)?;
/// sock.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
/// sock.listen(1024)?;
/// let address = sock.local_addr()?.as_socket().unwrap();
///
/// let tasks = Tasks::new();
/// tasks.append(server(sock));
/// tasks.append(client(address));
/// run(&tasks);
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct GenSocket {
    sock: Socket,
    /// For messages: when the peer is gone, the kernel does not know any more who it was.
    peer: Cell<Option<SocketAddr>>,
    /// Made by the first `accept`, long before descriptors run out; a client's has none.
    pause: OnceCell<Pause>,
}

impl GenSocket {
    /// Takes a socket, connected or not: Python's `GenSocket(sock)`. From now on it never blocks.
    ///
    /// ```
    /// use std::net::{TcpListener, TcpStream};
    /// use genlab::GenSocket;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let stream = TcpStream::connect(listener.local_addr()?)?;
    /// let client = GenSocket::new(stream)?;
    /// client.set_tcp_nodelay(true)?; // a method of the socket inside
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the descriptor cannot be told not to block.
    pub fn new(sock: impl Into<Socket>) -> io::Result<GenSocket> {
        let sock = sock.into();
        sock.set_nonblocking(true)?;
        let peer = sock.peer_addr().ok().and_then(|addr| addr.as_socket());
        Ok(GenSocket { sock, peer: Cell::new(peer), pause: OnceCell::new() })
    }

    /// Waits for a client: Python's `client, addr = yield from sock.accept()`.
    ///
    /// Passes over clients that have gone again, and pauses while no descriptor is left: see
    /// [`accept`]. An example is [above](GenSocket).
    ///
    /// # Errors
    ///
    /// Those of the listening socket: it does not listen.
    pub async fn accept(&self, co: &Co) -> io::Result<(GenSocket, SocketAddr)> {
        let pause = match self.pause.get() {
            Some(pause) => pause,
            None => {
                let pause = Pause::new()?;
                self.pause.get_or_init(|| pause)
            }
        };
        co.yield_((Op::Recv, self.as_raw_fd())).await;
        let (sock, addr) = accept(co, &self.sock, pause)
            .await
            .map_err(|error| self.cannot("accept a client on", &error))?;
        Ok((GenSocket { sock, peer: Cell::new(Some(addr)), pause: OnceCell::new() }, addr))
    }

    /// Waits for data, at most `size` bytes: Python's `data = yield from client.recv(1000)`.
    ///
    /// Empty at the end of file, as in Python.
    ///
    /// ```
    /// use std::io::Write;
    /// use std::os::fd::OwnedFd;
    /// use std::os::unix::net::UnixStream;
    /// use genlab::{GenSocket, Tasks, run, task};
    ///
    /// let (here, mut there) = UnixStream::pair()?;
    /// let here = GenSocket::new(OwnedFd::from(here))?;
    /// there.write_all(b"Hello")?;
    /// drop(there);
    /// let tasks = Tasks::new();
    /// tasks.append(task(move |co| async move {
    ///     assert_eq!(here.recv(&co, 3).await?, b"Hel");
    ///     assert_eq!(here.recv(&co, 3).await?, b"lo");
    ///     assert_eq!(here.recv(&co, 3).await?, b"");
    ///     Ok(())
    /// }));
    /// run(&tasks);
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `recv(2)`: above all, that the peer reset the connection.
    pub async fn recv(&self, co: &Co, size: usize) -> io::Result<Vec<u8>> {
        loop {
            co.yield_((Op::Recv, self.as_raw_fd())).await;
            match recv(&self.sock, size) {
                Ok(Some(data)) => return Ok(data),
                Ok(None) => (), // woken for nothing
                Err(error) => return Err(self.cannot("receive from", &error)),
            }
        }
    }

    /// Sends as much as the socket can take: Python's `yield from client.send(data)`.
    ///
    /// Returns how many bytes, at least one unless `data` is empty; mostly you want
    /// [`send_all`](GenSocket::send_all).
    ///
    /// ```
    /// use std::os::fd::OwnedFd;
    /// use std::os::unix::net::UnixStream;
    /// use genlab::{GenSocket, Tasks, run, task};
    ///
    /// let (here, _there) = UnixStream::pair()?;
    /// let here = GenSocket::new(OwnedFd::from(here))?;
    /// let tasks = Tasks::new();
    /// tasks.append(task(move |co| async move {
    ///     let sent = here.send(&co, &[0; 10_000_000]).await?;
    ///     assert!(0 < sent && sent < 10_000_000);
    ///     Ok(())
    /// }));
    /// run(&tasks);
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `send(2)`: above all, that the peer is gone.
    pub async fn send(&self, co: &Co, data: &[u8]) -> io::Result<usize> {
        loop {
            co.yield_((Op::Send, self.as_raw_fd())).await;
            match send(&self.sock, data) {
                Ok(0) if !data.is_empty() => (), // woken for nothing
                Ok(sent) => return Ok(sent),
                Err(error) => return Err(self.cannot("send to", &error)),
            }
        }
    }

    /// Sends everything, however slowly the peer reads: Python's `yield from client.sendall(data)`.
    ///
    /// An example is [above](GenSocket).
    ///
    /// # Errors
    ///
    /// As for [`send`](GenSocket::send). How much was sent by then is not known.
    pub async fn send_all(&self, co: &Co, data: &[u8]) -> io::Result<()> {
        let mut rest = data;
        while !rest.is_empty() {
            let sent = self.send(co, rest).await?;
            rest = &rest[sent..];
        }
        Ok(())
    }

    /// Connects to a server: Python's `yield from sock.connect(address)`.
    ///
    /// An example is [above](GenSocket).
    ///
    /// # Errors
    ///
    /// When nobody listens there, or nobody answers. Drop the socket then.
    pub async fn connect(&self, co: &Co, address: SocketAddr) -> io::Result<()> {
        let cannot = |error: &io::Error| {
            let advice = match error.kind() {
                ErrorKind::ConnectionRefused => Some("is the server running?"),
                _ => None,
            };
            cannot("connect to", address, advice, error)
        };
        match self.sock.connect(&address.into()) {
            Ok(()) => (),
            // The kernel goes on with it.
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => (),
            Err(error) => return Err(cannot(&error)),
        }
        loop {
            // A socket that has connected can send; one that has failed is woken too, to say why.
            co.yield_((Op::Send, self.as_raw_fd())).await;
            if let Some(error) = self.sock.take_error()? {
                return Err(cannot(&error));
            }
            if self.sock.peer_addr().is_ok() {
                self.peer.set(Some(address));
                return Ok(());
            }
        }
    }

    /// Ends one direction or both, at once and for all who share the socket: Python's
    /// `client.shutdown(how)`. It has nothing to wait for.
    ///
    /// A peer reads the end of file after `Shutdown::Write`, and may go on sending.
    ///
    /// ```
    /// use std::net::Shutdown;
    /// use std::os::fd::OwnedFd;
    /// use std::os::unix::net::UnixStream;
    /// use genlab::{GenSocket, Tasks, run, task};
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// let here = GenSocket::new(OwnedFd::from(here))?;
    /// let there = GenSocket::new(OwnedFd::from(there))?;
    /// let tasks = Tasks::new();
    /// tasks.append(task(move |co| async move {
    ///     here.shutdown(Shutdown::Write)?;
    ///     assert_eq!(there.recv(&co, 1000).await?, b"");
    ///     there.send_all(&co, b"and yet").await?;
    ///     assert_eq!(here.recv(&co, 1000).await?, b"and yet");
    ///     Ok(())
    /// }));
    /// run(&tasks);
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the connection is gone already.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.sock.shutdown(how).map_err(|error| self.cannot("end the connection to", &error))
    }

    fn cannot(&self, what: &str, error: &io::Error) -> io::Error {
        match self.peer.get() {
            Some(peer) => cannot(what, peer, None, error),
            None => cannot(what, format_args!("fd {}", self.as_raw_fd()), None, error),
        }
    }
}

/// What is not a method of [`GenSocket`] is one of the socket inside: Python's `__getattr__`.
impl Deref for GenSocket {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        &self.sock
    }
}

/// An error that says what failed and with whom.
fn cannot(what: &str, whom: impl Display, advice: Option<&str>, error: &io::Error) -> io::Error {
    use ErrorKind::*;
    let kind = error.kind();
    let why = match kind {
        BrokenPipe | ConnectionAborted | ConnectionRefused | ConnectionReset | HostUnreachable
        | NetworkUnreachable | NotConnected | TimedOut => kind.to_string(),
        _ => error.to_string(),
    };
    let advice = advice.map(|advice| format!("; {advice}")).unwrap_or_default();
    io::Error::new(kind, format!("cannot {what} {whom}: {why}{advice}"))
}
