//! Who is here, and how long they may take.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use genlab::GenSocket;

/// So many connections may come from one address.
const MOST: usize = 200;

/// A client that is here.
pub struct Visit {
    pub client: GenSocket,
    /// How long it may take for a request, and to take each piece of the answer.
    patience: Duration,
    late: Cell<Instant>,
}

impl Visit {
    pub fn made_progress(&self) {
        self.late.set(Instant::now() + self.patience);
    }
}

/// All who are here. Weak: a connection that its handler has left is closed.
#[derive(Clone, Default)]
pub struct Visits(Rc<RefCell<Vec<Weak<Visit>>>>);

impl Visits {
    /// Lets a client in, unless there are too many from its address.
    pub fn enter(
        &self,
        client: GenSocket,
        addr: SocketAddr,
        patience: Duration,
    ) -> io::Result<Rc<Visit>> {
        let mut visits = self.0.borrow_mut();
        let ip =
            |visit: &Weak<Visit>| visit.upgrade()?.client.get_ref().peer_addr().map(|it| it.ip());
        if visits.iter().filter(|visit| ip(visit) == Some(addr.ip())).count() >= MOST {
            return Err(io::Error::other(format!(
                "{addr} has too many connections: the limit is {MOST} from one address"
            )));
        }
        let late = Cell::new(Instant::now() + patience);
        let visit = Rc::new(Visit { client, patience, late });
        visits.push(Rc::downgrade(&visit));
        Ok(visit)
    }

    /// Ends the connections of those who are late. Their handlers are woken by that.
    pub fn end_the_late(&self) {
        self.0.borrow_mut().retain(|visit| {
            let Some(visit) = visit.upgrade() else { return false };
            if visit.late.get() < Instant::now() {
                let _ = visit.client.shutdown(Shutdown::Both);
            }
            true
        });
    }
}
