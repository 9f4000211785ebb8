//! Two connections that are one, and how they end: in bounded time, and as what happened.

use std::cell::{Cell, RefCell};
use std::net::{Shutdown, SocketAddr};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use genlab::{GenSocket, Task, Timer, task};

use crate::args::is_ours;

/// Two connections that are one.
pub struct Pair {
    pub client: GenSocket,
    pub server: Option<GenSocket>,
    /// How many directions have come to their end of file.
    ended: Cell<u8>,
    broken: Cell<bool>,
    /// When something was last handed on.
    moved: Cell<Instant>,
}

impl Pair {
    pub fn new(client: GenSocket) -> Pair {
        let (ended, broken) = (Cell::new(0), Cell::new(false));
        Pair { client, server: None, ended, broken, moved: Cell::new(Instant::now()) }
    }

    /// A direction has come to its end of file.
    pub fn ended_one(&self) {
        self.ended.set(self.ended.get() + 1);
    }

    /// Whether an end of file is none: the direction was woken for the end.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Something was handed on.
    pub fn moved(&self) {
        self.moved.set(Instant::now());
    }

    fn sockets(&self) -> impl Iterator<Item = &GenSocket> {
        [&self.client].into_iter().chain(&self.server)
    }

    /// Ends both directions: each is woken from its `recv`, but may send first what it has received.
    pub fn end(&self) {
        self.shutdown(Shutdown::Read);
    }

    fn shutdown(&self, how: Shutdown) {
        self.broken.set(true);
        for sock in self.sockets() {
            let _ = sock.shutdown(how); // one of them may be gone already
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        if self.ended.get() < 2 {
            // A close without waiting for what is under way: that is a reset.
            for sock in self.sockets() {
                let _ = sock.get_ref().get_ref().set_linger(Some(Duration::ZERO));
            }
        }
    }
}

/// All pairs that are open.
pub type Pairs = Rc<RefCell<Vec<Weak<Pair>>>>;

/// One who has ended one direction may wait for the other, or may be gone: TCP says the same of both. So
/// the other direction may be silent only for so long. One timer for all.
pub fn watchdog(pairs: Pairs, patience: Duration) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_secs(1)).await?;
            pairs.borrow_mut().retain(|pair| {
                let Some(pair) = pair.upgrade() else { return false };
                let one_is_left = pair.ended.get() == 1 || pair.broken.get();
                if one_is_left && pair.moved.get().elapsed() > patience {
                    pair.shutdown(Shutdown::Both); // this wakes from `send`, too
                }
                true
            });
        }
    })
}

/// Whether who connects to `target` would come to `listen`, and so on for ever.
pub fn leads_to_itself(listen: SocketAddr, target: SocketAddr) -> bool {
    let any = listen.ip().is_unspecified() || target.ip().is_unspecified();
    listen.port() == target.port() && (listen.ip() == target.ip() || any && is_ours(target.ip()))
}
