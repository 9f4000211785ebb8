//! The lab's next page: a socket whose calls yield by themselves.

use std::io;
use std::net::{Shutdown, SocketAddr};

use socket2::{Domain, Type};

use crate::os::{self, AsRawFd, Op, RawFd};
use crate::socket::{Socket, cannot};
use crate::task::Co;

/// A socket whose calls yield by themselves: Python's class of the same name.
///
/// `client.recv(&co, 1000).await` is its `yield from client.recv(1000)`, and, a few years later,
/// `await client.recv(1000)`. `accept`, `recv` and `send` first yield, then do what the socket's
/// own call does; `connect` begins, and yields until it is through. What a wake for nothing or a `send` that takes only a part would ask of the caller is done here.
/// The errors name the peer.
///
/// For what it has no method of its own for, [`get_ref`](GenSocket::get_ref) stands for Python's
/// `__getattr__`. Two tasks may share one in an `Rc`, so that one receives while the other sends. It
/// closes when it is dropped.
///
/// ```
/// use std::net::SocketAddr;
/// use genlab::{Domain, GenSocket, Socket, Task, Tasks, Type, run, task};
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
///         let server = GenSocket::new(Socket::new(Domain::IPV4, Type::STREAM)?);
///         server.connect(&co, address).await?;
///         server.send_all(&co, b"Hello").await?;
///         assert_eq!(server.recv(&co, 1000).await?, b"GOT:Hello");
///         assert_eq!(server.recv(&co, 1000).await?, b""); // the end of file
///         Ok(())
///     })
/// }
///
/// let sock = Socket::new(Domain::IPV4, Type::STREAM)?;
/// sock.bind(([127, 0, 0, 1], 0))?;
/// sock.listen(1024)?;
/// let address = sock.local_addr()?;
///
/// let tasks = Tasks::new();
/// tasks.append(server(GenSocket::new(sock)));
/// tasks.append(client(address));
/// assert!(run(&tasks).is_success());
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct GenSocket {
    sock: Socket,
}

impl GenSocket {
    /// Takes a socket, connected or not: Python's `GenSocket(sock)`.
    pub fn new(sock: Socket) -> GenSocket {
        GenSocket { sock }
    }

    /// Waits for a client: Python's `client, addr = yield from sock.accept()`.
    ///
    /// Passes over clients that have gone again, and pauses while no descriptor is left: see
    /// [`Socket::accept`]. An example is [above](GenSocket).
    ///
    /// # Errors
    ///
    /// Those of the listening socket: it does not listen.
    pub async fn accept(&self, co: &Co) -> io::Result<(GenSocket, SocketAddr)> {
        co.yield_((Op::Recv, self.as_raw_fd())).await;
        let (client, addr) = self.sock.accept(co).await?;
        Ok((GenSocket::new(client), addr))
    }

    /// Waits for data, at most `size` bytes: Python's `data = yield from client.recv(1000)`.
    ///
    /// Empty at the end of file, as in Python.
    ///
    /// ```
    /// use genlab::{GenSocket, Tasks, run, socketpair, task};
    ///
    /// let (here, there) = socketpair()?;
    /// let here = GenSocket::new(here);
    /// there.send(b"Hello")?;
    /// drop(there);
    /// let tasks = Tasks::new();
    /// tasks.append(task(move |co| async move {
    ///     assert_eq!(here.recv(&co, 3).await?, b"Hel");
    ///     assert_eq!(here.recv(&co, 3).await?, b"lo");
    ///     assert_eq!(here.recv(&co, 3).await?, b"");
    ///     Ok(())
    /// }));
    /// assert!(run(&tasks).is_success());
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `recv(2)`: above all, that the peer reset the connection.
    pub async fn recv(&self, co: &Co, size: usize) -> io::Result<Vec<u8>> {
        loop {
            co.yield_((Op::Recv, self.as_raw_fd())).await;
            if let Some(data) = self.sock.recv(size)? {
                return Ok(data); // if there is none, it was woken for nothing
            }
        }
    }

    /// Sends as much as the socket can take: Python's `yield from client.send(data)`.
    ///
    /// Returns how many bytes, at least one unless `data` is empty; mostly you want
    /// [`send_all`](GenSocket::send_all).
    ///
    /// ```
    /// use genlab::{GenSocket, Tasks, run, socketpair, task};
    ///
    /// let (here, _there) = socketpair()?;
    /// let here = GenSocket::new(here);
    /// let tasks = Tasks::new();
    /// tasks.append(task(move |co| async move {
    ///     let sent = here.send(&co, &[0; 10_000_000]).await?;
    ///     assert!(0 < sent && sent < 10_000_000);
    ///     Ok(())
    /// }));
    /// assert!(run(&tasks).is_success());
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `send(2)`: above all, that the peer is gone.
    pub async fn send(&self, co: &Co, data: &[u8]) -> io::Result<usize> {
        loop {
            co.yield_((Op::Send, self.as_raw_fd())).await;
            let sent = self.sock.send(data)?;
            if sent > 0 || data.is_empty() {
                return Ok(sent);
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
        let sock = self.sock.get_ref();
        match sock.connect(&address.into()) {
            // The connection takes time; the kernel goes on with it while the task waits.
            Err(error) if error.raw_os_error() != Some(os::CONNECTING) => {
                return Err(cannot("connect to", address, &error));
            }
            _ => (),
        }
        loop {
            // A socket that has connected can send; one that has failed is woken too, to say why.
            co.yield_((Op::Send, self.as_raw_fd())).await;
            if let Some(error) = sock.take_error()? {
                return Err(cannot("connect to", address, &error));
            }
            if sock.peer_addr().is_ok() {
                self.sock.set_peer(address);
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
    /// use genlab::{GenSocket, Tasks, run, socketpair, task};
    ///
    /// let (here, there) = socketpair()?;
    /// let here = GenSocket::new(here);
    /// let there = GenSocket::new(there);
    /// let tasks = Tasks::new();
    /// tasks.append(task(move |co| async move {
    ///     here.shutdown(Shutdown::Write)?;
    ///     assert_eq!(there.recv(&co, 1000).await?, b"");
    ///     there.send_all(&co, b"and yet").await?;
    ///     assert_eq!(here.recv(&co, 1000).await?, b"and yet");
    ///     Ok(())
    /// }));
    /// assert!(run(&tasks).is_success());
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the connection is gone already.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.sock.shutdown(how)
    }

    /// The socket inside, for what has nothing to wait for: `sock.get_ref().set_nodelay(true)`.
    pub fn get_ref(&self) -> &Socket {
        &self.sock
    }
}

/// Connects to the first of `addresses` that answers: Python's `socket.create_connection(address)`.
///
/// A name may mean several: `localhost` is `::1` and `127.0.0.1`, and a server may listen on one of them
/// only.
///
/// ```
/// use std::net::{SocketAddr, TcpListener};
/// use genlab::{Tasks, create_connection, run, task};
///
/// let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?; // nobody listens any more
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let addresses = [closed, listener.local_addr()?];
/// let tasks = Tasks::new();
/// tasks.append(task(move |co| async move {
///     let server = create_connection(&co, &addresses).await?;
///     assert_eq!(server.get_ref().peer_addr(), Some(addresses[1]));
///     Ok(())
/// }));
/// assert!(run(&tasks).is_success());
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
///
/// That of the last address, or that there is none.
pub async fn create_connection(co: &Co, addresses: &[SocketAddr]) -> io::Result<GenSocket> {
    let mut failed =
        io::Error::new(io::ErrorKind::InvalidInput, "there is no address to connect to");
    for &address in addresses {
        match connect_to(co, address).await {
            Err(error) => failed = error,
            connected => return connected,
        }
    }
    Err(failed)
}

// Also that a system knows no such addresses is a reason to try the next.
async fn connect_to(co: &Co, address: SocketAddr) -> io::Result<GenSocket> {
    let sock = GenSocket::new(Socket::new(Domain::for_address(address), Type::STREAM)?);
    sock.connect(co, address).await?;
    Ok(sock)
}

#[cfg(unix)]
impl std::os::fd::AsFd for GenSocket {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.sock.as_fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for GenSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.sock.as_raw_fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for GenSocket {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.sock.as_socket()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsRawSocket for GenSocket {
    fn as_raw_socket(&self) -> RawFd {
        self.sock.as_raw_socket()
    }
}
