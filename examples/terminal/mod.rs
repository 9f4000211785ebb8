//! What is typed and what is printed, for a task.

use std::io::{self, ErrorKind, Read, Write};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use genlab::{Co, GenSocket, socketpair};

/// What is typed, from a socket: not every system lets a task wait for standard input itself.
pub struct Typed {
    sock: GenSocket,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Typed {
    pub fn new() -> io::Result<Typed> {
        let (here, there) = socketpair()?;
        there.get_ref().set_nonblocking(false)?; // it is the thread's
        let thread = thread::Builder::new().spawn(move || {
            let mut data = [0; 4096];
            loop {
                match patiently(|| io::stdin().read(&mut data))? {
                    0 => return Ok(()),
                    n => (&mut there.get_ref()).write_all(&data[..n])?,
                }
            }
        })?;
        Ok(Typed { sock: GenSocket::new(here), thread: Some(thread) })
    }

    /// The next piece; empty at its end, as from a socket.
    pub async fn recv(&mut self, co: &Co) -> io::Result<Vec<u8>> {
        let data = self.sock.recv(co, 4096).await?;
        if let (true, Some(thread)) = (data.is_empty(), self.thread.take()) {
            let read = thread.join().unwrap_or_else(|_| Err(io::Error::other("a panic")));
            let why = |error| format!("cannot read standard input: {error}");
            read.map_err(|error| io::Error::new(error.kind(), why(error)))?;
        }
        Ok(data)
    }
}

/// Prints all, although a pipe or a terminal may take only a part at a time.
pub fn print_all(mut data: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    while !data.is_empty() {
        match patiently(|| stdout.write(data))? {
            0 => return Err(ErrorKind::WriteZero.into()),
            n => data = &data[n..],
        }
    }
    patiently(|| stdout.flush().map(|()| 0)).map(drop)
}

// A terminal that another program has made non-blocking says that it would block.
fn patiently(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(1));
            }
            result => return result,
        }
    }
}
