//! The lab's socket calls, with what a server among strangers has to add.

use std::cell::Cell;
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use socket2::Socket;

use crate::print::print_error;
use crate::task::{Co, Op};

/// How long [`accept`] pauses when no descriptor is left.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts a connection: the lab's `client, addr = sock.accept()`. Call it after a `yield` for `sock`.
///
/// The client's socket never blocks. A client that has gone again is passed over, and where Python
/// raises because the process has no descriptor left, this says so once on stderr and pauses until
/// there is one: for both it yields by itself.
///
/// # Errors
///
/// Those of the listening socket: it is closed, or does not listen.
pub async fn accept(co: &Co, sock: &Socket, pause: &Pause) -> io::Result<(Socket, SocketAddr)> {
    loop {
        match sock.accept() {
            Ok((client, addr)) => {
                client.set_nonblocking(true)?;
                let addr = addr.as_socket().ok_or(ErrorKind::Unsupported)?;
                return Ok((client, addr));
            }
            Err(error) => match error.raw_os_error() {
                Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM) => {
                    pause.wait(co, &error).await?;
                }
                Some(libc::EBADF | libc::EINVAL | libc::ENOTSOCK | libc::EOPNOTSUPP) => {
                    return Err(error);
                }
                // Nobody is there after all, or the network failed the one who was.
                _ => co.yield_((Op::Recv, sock.as_raw_fd())).await,
            },
        }
    }
}

/// Receives at most `size` bytes: the lab's `data = client.recv(1000)`.
///
/// Empty at the end of file, as in Python. `None` if a socket that never blocks has nothing to say
/// after all: wait again.
///
/// ```
/// use std::io::Write;
/// use std::os::fd::OwnedFd;
/// use std::os::unix::net::UnixStream;
/// use socket2::Socket;
///
/// let (here, mut there) = UnixStream::pair()?;
/// here.set_nonblocking(true)?;
/// let here = Socket::from(OwnedFd::from(here));
/// assert_eq!(genlab::recv(&here, 1000)?, None);
/// there.write_all(b"Hello")?;
/// assert_eq!(genlab::recv(&here, 1000)?, Some(b"Hello".to_vec()));
/// drop(there);
/// assert_eq!(genlab::recv(&here, 1000)?, Some(vec![]));
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
///
/// Those of `recv(2)`: above all, that the client reset the connection.
pub fn recv(mut client: &Socket, size: usize) -> io::Result<Option<Vec<u8>>> {
    let mut data = vec![0; size];
    let received = unless_it_would_block(client.read(&mut data))?;
    Ok(received.map(|n| {
        data.truncate(n);
        data
    }))
}

/// Sends what the socket can take now: the lab's `client.send(data)`. Returns how many bytes.
///
/// That may be fewer than there are, as in Python; 0 if a socket that never blocks can take none
/// after all. Wait again, and send the rest.
///
/// # Errors
///
/// Those of `send(2)`: above all, that the client is gone.
pub fn send(client: &Socket, data: &[u8]) -> io::Result<usize> {
    Ok(unless_it_would_block(client.send(data))?.unwrap_or(0))
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

/// A clock that a task can wait for when no descriptor is left to make one: see [`accept`].
#[derive(Debug)]
pub struct Pause {
    task: UnixStream,
    clock: Arc<UnixStream>,
    said: Cell<bool>,
}

impl Pause {
    /// Sets two descriptors aside.
    ///
    /// # Errors
    ///
    /// When there are none.
    pub fn new() -> io::Result<Pause> {
        let (task, clock) = UnixStream::pair()?;
        Ok(Pause { task, clock: Arc::new(clock), said: Cell::new(false) })
    }

    async fn wait(&self, co: &Co, error: &io::Error) -> io::Result<()> {
        if !self.said.replace(true) {
            print_error(format!(
                "cannot accept a client now: {error}; those who wait are served as others leave"
            ));
        }
        let clock = Arc::clone(&self.clock);
        thread::Builder::new().spawn(move || {
            thread::sleep(PAUSE);
            (&*clock).write_all(b".")
        })?;
        co.yield_((Op::Recv, self.task.as_raw_fd())).await;
        (&self.task).read_exact(&mut [0])
    }
}

/// An error of `bind` or `listen` that says where, and what to do.
///
/// ```
/// use std::io;
/// use genlab::cannot_listen;
///
/// let error = cannot_listen("127.0.0.1:25000".parse().unwrap(), io::ErrorKind::AddrInUse.into());
/// assert_eq!(
///     error.to_string(),
///     "cannot listen on 127.0.0.1:25000: address already in use; is another server running?"
/// );
/// ```
pub fn cannot_listen(address: SocketAddr, error: io::Error) -> io::Error {
    let (what, advice) = match error.kind() {
        ErrorKind::AddrInUse => ("address already in use", "is another server running?"),
        ErrorKind::AddrNotAvailable => {
            ("not an address of this machine", "take 127.0.0.1 or 0.0.0.0")
        }
        ErrorKind::PermissionDenied => ("permission denied", "take a port above 1023"),
        _ => return io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")),
    };
    io::Error::new(error.kind(), format!("cannot listen on {address}: {what}; {advice}"))
}
