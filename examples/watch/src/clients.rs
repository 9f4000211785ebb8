//! The clients of the buttons. They talk to the lab's server as any other would.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use genlab::{Co, Domain, GenSocket, Socket, Task, Timer, Type, task};
use socket2::Socket as Inner;

/// More than these the buttons do not add.
const MOST: usize = 1000;

/// How long a connection may take: on one machine, it takes no time at all.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Talker,
    Silent,
    /// It has said that it will send no more, and waits for the server to close.
    Leaving,
}

pub struct Client {
    pub kind: Kind,
    sock: GenSocket,
    next: Instant,
    said: u32,
}

/// All that are connected.
pub type Crowd = Rc<RefCell<Vec<Client>>>;

/// How many there are of this kind.
pub fn count(crowd: &Crowd, kind: Kind) -> usize {
    crowd.borrow().iter().filter(|client| client.kind == kind).count()
}

async fn connect(co: &Co, address: SocketAddr) -> io::Result<GenSocket> {
    let sock = Inner::new(Domain::for_address(address), Type::STREAM, None)?;
    sock.set_nonblocking(true)?;
    match sock.connect(&address.into()) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Err(error),
        _ => (), // the kernel goes on with it
    }
    // Not `sock.connect(co, ..)`: while the server is paused and its backlog full, that takes
    // minutes, and keeps one of the crew busy.
    let (timer, end) = (Timer::new()?, Instant::now() + PATIENCE);
    while sock.peer_addr().is_err() {
        if let Some(error) = sock.take_error()? {
            return Err(error);
        }
        if Instant::now() >= end {
            return Err(io::Error::other("the server has no room for more: let it run first"));
        }
        timer.sleep(co, Duration::from_millis(10)).await?;
    }
    Ok(GenSocket::new(Socket::wrap(sock)?))
}

/// Connects one more.
pub async fn add(co: &Co, crowd: &Crowd, kind: Kind, address: SocketAddr) -> io::Result<()> {
    if crowd.borrow().len() >= MOST {
        return Err(io::Error::other(format!("{MOST} clients are here: let them leave first")));
    }
    let sock = connect(co, address).await?;
    crowd.borrow_mut().push(Client { kind, sock, next: Instant::now(), said: 0 });
    Ok(())
}

/// Connects, says something, and is gone without a word: the other side gets a reset.
pub async fn reset(co: &Co, address: SocketAddr) -> io::Result<()> {
    let sock = connect(co, address).await?;
    sock.send_all(co, b"I am off").await?;
    sock.get_ref().get_ref().set_linger(Some(Duration::ZERO))
}

/// All end their sending, and go when the server has closed, too. To close at once would be a reset
/// for a server that is about to answer.
pub fn leave(crowd: &Crowd) {
    for client in crowd.borrow_mut().iter_mut() {
        client.kind = Kind::Leaving;
        let _ = client.sock.shutdown(Shutdown::Write);
    }
}

/// One task moves them all: a talker sends a line now and then, and each reads what has come.
pub fn talk(crowd: Crowd) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_millis(100)).await?;
            let now = Instant::now();
            crowd.borrow_mut().retain_mut(|client| client.turn(now));
        }
    })
}

impl Client {
    /// Whether it stays.
    fn turn(&mut self, now: Instant) -> bool {
        let sock = self.sock.get_ref();
        match sock.recv(4096) {
            Ok(Some(data)) if data.is_empty() => return false,
            Err(_) => return false,
            _ => (),
        }
        if self.kind == Kind::Talker && self.next <= now {
            self.said += 1;
            // One to four seconds, so that no two of them keep step.
            let port = sock.local_addr().map_or(0, |address| address.port());
            let odd = (u64::from(self.said) * 7919 + u64::from(port) * 104_729) % 3000;
            self.next = now + Duration::from_millis(1000 + odd);
            // What a paused server does not take is lost; who is not there, the next turn finds out.
            let _ = sock.send(format!("line {}\n", self.said).as_bytes());
        }
        true
    }
}
