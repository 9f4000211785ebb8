//! The clients of the buttons. They talk to the lab's server as any other would.

use std::cell::RefCell;
use std::io::ErrorKind::WouldBlock;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use genlab::{Co, GenSocket, Task, task};
use socket2::{Domain, Socket, Type};

use crate::clock::Timer;

/// More than these the buttons do not add.
const MOST: usize = 1000;

#[derive(Default)]
pub struct Clients {
    talkers: Vec<Talker>,
    silent: Vec<GenSocket>,
}

struct Talker {
    sock: GenSocket,
    next: Instant,
    said: u32,
}

pub type Crowd = Rc<RefCell<Clients>>;

impl Clients {
    pub fn talkers(&self) -> usize {
        self.talkers.len()
    }

    pub fn silent(&self) -> usize {
        self.silent.len()
    }

    pub fn leave(&mut self) {
        *self = Clients::default();
    }
}

async fn connect(co: &Co, address: SocketAddr) -> io::Result<GenSocket> {
    let sock = GenSocket::new(Socket::new(Domain::for_address(address), Type::STREAM, None)?)?;
    sock.connect(co, address).await?;
    Ok(sock)
}

fn room(crowd: &Crowd) -> io::Result<()> {
    let crowd = crowd.borrow();
    if crowd.talkers.len() + crowd.silent.len() < MOST {
        Ok(())
    } else {
        Err(io::Error::other(format!("{MOST} clients are here: let them leave first")))
    }
}

pub async fn add_talker(co: &Co, crowd: &Crowd, address: SocketAddr) -> io::Result<()> {
    room(crowd)?;
    let sock = connect(co, address).await?;
    crowd.borrow_mut().talkers.push(Talker { sock, next: Instant::now(), said: 0 });
    Ok(())
}

pub async fn add_silent(co: &Co, crowd: &Crowd, address: SocketAddr) -> io::Result<()> {
    room(crowd)?;
    let sock = connect(co, address).await?;
    crowd.borrow_mut().silent.push(sock);
    Ok(())
}

/// Connects, says something, and is gone without a word: the other side gets a reset.
pub async fn reset(co: &Co, address: SocketAddr) -> io::Result<()> {
    let sock = connect(co, address).await?;
    sock.send_all(co, b"I am off").await?;
    sock.set_linger(Some(Duration::ZERO))
}

/// One task moves all talkers: each sends a line now and then, and reads what has come.
pub fn talk(crowd: Crowd) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_millis(100)).await?;
            let now = Instant::now();
            crowd.borrow_mut().talkers.retain_mut(|talker| talker.turn(now));
        }
    })
}

impl Talker {
    /// Says something if it is time, reads what has come, and returns whether it stays.
    fn turn(&mut self, now: Instant) -> bool {
        let mut sock: &Socket = &self.sock;
        match sock.read(&mut [0; 4096]) {
            Ok(0) => return false,
            Err(error) if error.kind() != WouldBlock => return false,
            _ => (),
        }
        if self.next <= now {
            self.said += 1;
            // One to four seconds, so that no two of them keep step.
            let odd = (u64::from(self.said) * 7919 + self.sock.as_raw_fd() as u64 * 104_729) % 3000;
            self.next = now + Duration::from_millis(1000 + odd);
            // What a paused server does not take is lost.
            let sent = sock.write(format!("line {}\n", self.said).as_bytes());
            return sent.is_ok() || sent.is_err_and(|error| error.kind() == WouldBlock);
        }
        true
    }
}
