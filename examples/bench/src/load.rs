//! The load: one thread that plays all clients, and checks every answer byte for byte.
//!
//! It has to be cheap, or it would be the load that is measured: an edge-triggered epoll loop with one
//! `recv` and one `send` a message. It never sleeps, as a server that had to wake it would pay for
//! that. What it had to spare is part of the results.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::time::Timespec;
use socket2::{Domain, Socket, Type};

use crate::serve::PREFIX;

/// The server answered, and what it answered is not right.
#[derive(Debug, thiserror::Error)]
#[error("a wrong answer: {0}")]
pub struct Wrong(String);

/// The server served too few in time, as its backlog lets one expect.
#[derive(Debug, thiserror::Error)]
#[error("{0} of {1} served after {2:?}")]
pub struct Late(u64, usize, Duration);

const BROKE: &str = "a connection broke";
const CLOSED: &str = "it closed a connection of its own accord";

/// How long a server may say nothing at all before it counts as stuck.
const STUCK: Duration = Duration::from_secs(10);

/// How many answers are read before their clients go on: so they wake the server less often.
const PORTION: usize = 64;

/// What a client does when its answer has come.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// Asks again: the closed loop.
    Again,
    /// Stays connected and silent.
    Rest,
    /// Closes, and another takes its place.
    Replace,
    /// Closes.
    Leave,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Asks as soon as it is connected.
    Connecting,
    Silent,
    Asked,
    Answered,
    /// Has closed its side, and waits for the server to close the other.
    Leaving,
    Gone,
}

struct Client {
    stream: TcpStream,
    state: State,
    /// The answer that must come; what follows the prefix is what is sent.
    expected: Vec<u8>,
    received: usize,
}

/// What happened since they were set to the default.
#[derive(Default)]
pub struct Counts {
    /// Answers that came and were right.
    pub messages: u64,
    /// Connections that were served and closed.
    pub connections: u64,
    /// How long there was nothing to do.
    pub spare: Duration,
}

pub struct Load {
    address: SocketAddr,
    epoll: OwnedFd,
    events: Vec<Event>,
    clients: Vec<Client>,
    /// Where what comes is read to; larger than any answer, so that more than that is noticed.
    data: [u8; 2048],
    /// How many bytes a message has.
    bytes: usize,
    /// How many messages were sent.
    sent: u64,
    then: Then,
    /// How many clients are not at rest.
    under_way: usize,
    pub counts: Counts,
    now: Instant,
    last_event: Instant,
}

impl Load {
    /// A load of `bytes` a message.
    pub fn new(address: SocketAddr, bytes: usize) -> Result<Load> {
        Ok(Load {
            address,
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(PORTION),
            clients: Vec::new(),
            data: [0; 2048],
            bytes,
            sent: 0,
            then: Then::Rest,
            under_way: 0,
            counts: Counts::default(),
            now: Instant::now(),
            last_event: Instant::now(),
        })
    }

    /// Adds clients that connect and say nothing yet, `wave` at a time: `accepted` is called after
    /// each, and has to wait until the server has accepted as many as there are then.
    pub fn connect(
        &mut self,
        count: usize,
        wave: usize,
        mut accepted: impl FnMut(usize) -> Result<()>,
    ) -> Result<()> {
        for i in 1..=count {
            self.arrive(self.clients.len(), State::Silent)?;
            if i % wave == 0 || i == count {
                accepted(self.clients.len())?;
            }
        }
        Ok(())
    }

    /// The first `count` clients ask, get their answer, ask again, for `time` and one answer at least.
    pub fn busy(&mut self, count: usize, time: Duration) -> Result<()> {
        for index in 0..count {
            if self.clients[index].state == State::Silent {
                self.ask(index)?;
            }
        }
        let end = Instant::now() + time;
        self.run(Then::Again, |load| load.now >= end && load.counts.messages > 0)
    }

    /// Lets everybody get the answer that is still owed, and makes sure that nothing else comes.
    pub fn rest(&mut self) -> Result<()> {
        self.run(Then::Rest, |_| false)?;
        for client in &mut self.clients {
            match client.stream.read(&mut self.data) {
                Ok(0) => bail!(CLOSED),
                Ok(_) => bail!(Wrong("bytes that nobody asked for".to_owned())),
                Err(error) => ensure!(error.kind() == io::ErrorKind::WouldBlock, error),
            }
        }
        Ok(())
    }

    /// Each of the clients says one message and is silent again, 100 at a time.
    pub fn once_each(&mut self) -> Result<()> {
        for index in 0..self.clients.len() {
            self.ask(index)?;
            if self.under_way == 100 || index + 1 == self.clients.len() {
                self.run(Then::Rest, |_| false)?;
            }
        }
        Ok(())
    }

    /// The first client says `count` messages, with a pause after each answer.
    pub fn pauses(&mut self, count: usize, pause: Duration) -> Result<()> {
        for _ in 0..count {
            self.ask(0)?;
            self.run(Then::Rest, |_| false)?;
            sleep(pause);
        }
        Ok(())
    }

    /// `at_once` clients connect, get one answer, close, and are replaced: `most` or for `time`.
    pub fn arrivals(&mut self, at_once: usize, most: u64, time: Duration) -> Result<()> {
        (0..at_once).try_for_each(|place| self.arrive(place, State::Connecting))?;
        let end = Instant::now() + time;
        self.run(Then::Replace, |load| load.counts.connections >= most || load.now >= end)?;
        self.run(Then::Leave, |_| false)?;
        self.clients.clear();
        Ok(())
    }

    /// `count` clients all connect at once and ask: the time until the last has its answer.
    pub fn storm(&mut self, count: usize, limit: Duration) -> Result<Duration> {
        let start = Instant::now();
        (0..count).try_for_each(|place| self.arrive(place, State::Connecting))?;
        self.run(Then::Rest, |load| load.now > start + limit)?;
        ensure!(self.under_way == 0, Late(self.counts.messages, count, limit));
        Ok(start.elapsed())
    }

    /// Plays the clients until none is under way any more, or `until` says so.
    fn run(&mut self, then: Then, until: impl Fn(&Load) -> bool) -> Result<()> {
        self.now = Instant::now();
        (self.last_event, self.then) = (self.now, then);
        while self.under_way > 0 && !until(self) {
            self.turn()?;
        }
        Ok(())
    }

    /// One `epoll_wait`, and what follows from it.
    fn turn(&mut self) -> Result<()> {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let timeout = Timespec { tv_sec: 0, tv_nsec: 0 };
        let wait = || epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&timeout));
        retry_on_intr(wait)?;
        let before = std::mem::replace(&mut self.now, Instant::now());
        if !events.is_empty() {
            self.last_event = self.now;
        } else if self.last_event < before {
            // The first time, there was still something to do after the clock was read.
            self.counts.spare += self.now - before;
        }
        let (open, all) = (self.under_way, self.clients.len());
        let is_stuck = self.now - self.last_event > STUCK;
        ensure!(!is_stuck, "nothing came for {STUCK:?}, {open} of {all} clients wait for it");
        for event in &events {
            self.receive(event.data.u64() as usize, event.flags)?;
        }
        for event in &events {
            self.go_on(event.data.u64() as usize)?;
        }
        self.events = events;
        Ok(())
    }

    /// Reads what has come for a client, and checks it.
    fn receive(&mut self, index: usize, flags: EventFlags) -> Result<()> {
        let client = &mut self.clients[index];
        if client.state == State::Connecting {
            return client.stream.take_error()?.map_or(Ok(()), |error| Err(error).context(BROKE));
        }
        // The news that the server's side is closed can come twice.
        if flags == EventFlags::OUT || client.state == State::Gone {
            return Ok(());
        }
        let count = match client.stream.read(&mut self.data) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            count => count.context(BROKE)?,
        };
        if count == 0 {
            ensure!(client.state == State::Leaving, CLOSED);
            client.state = State::Gone;
            self.counts.connections += 1;
            self.under_way -= 1;
            return Ok(());
        }
        let data = &self.data[..count];
        let asked = client.state == State::Asked;
        let expected = if asked { &client.expected[client.received..] } else { &[] };
        if !expected.starts_with(data) {
            let same = data.iter().zip(expected).take_while(|(a, b)| a == b).count();
            let (right, all) = (client.received + same, client.expected.len());
            bail!(Wrong(format!("client {index}, right up to byte {right} of {all}")));
        }
        client.received += count;
        if client.received == client.expected.len() {
            client.state = State::Answered;
            self.counts.messages += 1;
        }
        Ok(())
    }

    /// What a client does after an event.
    fn go_on(&mut self, index: usize) -> Result<()> {
        let client = &mut self.clients[index];
        match (client.state, self.then) {
            (State::Connecting, _) | (State::Answered, Then::Again) => self.ask(index)?,
            (State::Answered, Then::Rest) => {
                client.state = State::Silent;
                self.under_way -= 1;
            }
            (State::Answered, Then::Replace | Then::Leave) => {
                client.stream.shutdown(Shutdown::Write).context(BROKE)?;
                client.state = State::Leaving;
            }
            (State::Gone, Then::Replace) => self.arrive(index, State::Connecting)?,
            _ => {}
        }
        Ok(())
    }

    /// Lets a client connect, in the place of one that is gone or in the next one.
    fn arrive(&mut self, place: usize, state: State) -> Result<()> {
        let connect = || -> io::Result<TcpStream> {
            let socket = Socket::new(Domain::IPV4, Type::STREAM.nonblocking(), None)?;
            // The cheapest that every kernel has; it is no matter if it cannot be had.
            let _ = socket.set_tcp_congestion(b"reno");
            socket.connect(&self.address.into()).or_else(|error| {
                let under_way = error.raw_os_error() == Some(Errno::INPROGRESS.raw_os_error());
                if under_way { Ok(()) } else { Err(error) }
            })?;
            let events = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
            epoll::add(&self.epoll, &socket, EventData::new_u64(place as u64), events)?;
            Ok(socket.into())
        };
        let stream = connect()
            .with_context(|| format!("client {place} cannot connect to {}", self.address))?;
        let expected = [PREFIX, &vec![0; self.bytes]].concat();
        let client = Client { stream, state, expected, received: 0 };
        self.under_way += usize::from(state == State::Connecting);
        match self.clients.get_mut(place) {
            Some(gone) => *gone = client,
            None => self.clients.push(client),
        }
        Ok(())
    }

    fn ask(&mut self, index: usize) -> Result<()> {
        self.sent += 1;
        let client = &mut self.clients[index];
        self.under_way += usize::from(client.state == State::Silent);
        (client.received, client.state) = (0, State::Asked);
        let message = &mut client.expected[PREFIX.len()..];
        fill(message, self.sent);
        let sent = client.stream.write(message).context(BROKE)?;
        ensure!(sent == message.len(), "a connection took only {sent} bytes");
        Ok(())
    }
}

/// Writes a message that no other number gives.
fn fill(message: &mut [u8], number: u64) {
    // The finalizer of splitmix64 maps no two numbers to the same one.
    let mut first = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    first = (first ^ (first >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    first ^= first >> 31;
    for (i, bytes) in message.chunks_mut(8).enumerate() {
        let word = first.wrapping_add((i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::serve::{Server, listen, server};

    const SHORT: Duration = Duration::from_millis(20);

    fn load(server: impl FnOnce(TcpListener) + Send + 'static) -> Load {
        let listener = listen().unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || server(listener));
        Load::new(address, 64).unwrap()
    }

    /// What goes wrong. On a busy machine the first answer may come after `SHORT`, so `rest` waits.
    fn failure(load: &mut Load) -> anyhow::Error {
        load.busy(load.clients.len(), SHORT).and_then(|()| load.rest()).unwrap_err()
    }

    #[test]
    fn each_server_is_right_and_closes_after_its_client_and_both_are_counted() {
        for name in ["tokio", "smol", "threads", "epoll"] {
            let server = server(name).unwrap();
            let new_load = |server: Server| load(move |listener| server(listener).unwrap());
            let mut load = new_load(server);
            load.connect(5, 5, |_| Ok(())).unwrap();
            load.busy(3, SHORT).unwrap();
            load.rest().unwrap();
            load.once_each().unwrap();
            load.pauses(2, SHORT).unwrap();
            load.rest().unwrap();
            assert!(load.counts.messages >= 3 + 5 + 2, "{name}: {}", load.counts.messages);
            let mut load = new_load(server);
            load.arrivals(3, 20, Duration::from_secs(10)).unwrap();
            let Counts { connections, messages, .. } = load.counts;
            assert!((20..=30).contains(&connections), "{name}: {connections}");
            assert_eq!(connections, messages, "{name}");
            load.counts = Counts::default();
            load.storm(50, Duration::from_secs(10)).unwrap();
            assert_eq!(load.counts.messages, 50, "{name}");
        }
    }

    #[test]
    fn a_server_that_serves_too_few_in_time_is_late() {
        let mut load = load(|listener| while listener.accept().is_ok() {});
        let failure = load.storm(50, Duration::ZERO).unwrap_err();
        assert!(failure.is::<Late>(), "{failure}");
    }

    /// A server of one client that sends, piece by piece, what `answer` makes of the right answer.
    fn load_with(answer: fn(&[u8]) -> Vec<Vec<u8>>) -> Load {
        let mut load = load(move |listener| {
            let (mut client, _) = listener.accept().unwrap();
            let mut message = [0; 64];
            while client.read_exact(&mut message).is_ok() {
                for piece in answer(&[PREFIX, &message].concat()) {
                    client.write_all(&piece).unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
            }
        });
        load.connect(1, 1, |_| Ok(())).unwrap();
        load
    }

    #[test]
    fn a_byte_that_differs_or_is_missing_or_too_many_is_noticed_and_named() {
        for (mut load, named) in [
            (load_with(|right| vec![right[..40].into(), vec![!right[40]]]), "byte 40 of 68"),
            (load_with(|right| vec![[right, b"!"].concat()]), "byte 68 of 68"),
            (load_with(|right| vec![right[PREFIX.len()..].into()]), "byte 0 of 68"),
        ] {
            let failure = failure(&mut load);
            assert!(failure.is::<Wrong>(), "{failure}");
            assert!(failure.to_string().contains(named), "{failure} does not say {named}");
        }
    }

    #[test]
    fn an_answer_in_pieces_is_right() {
        let mut load = load_with(|right| right.chunks(30).map(<[u8]>::to_vec).collect());
        load.once_each().unwrap();
        assert_eq!(load.counts.messages, 1);
    }

    #[test]
    fn a_server_that_closes_is_noticed() {
        let mut load = load(|listener| drop(listener.accept().unwrap()));
        load.connect(1, 1, |_| Ok(())).unwrap();
        assert!(!failure(&mut load).is::<Wrong>());
    }

    #[test]
    fn no_two_messages_are_the_same() {
        let message = |number| {
            let mut message = [0; 20];
            fill(&mut message, number);
            message
        };
        assert_eq!((0..2000).map(message).collect::<BTreeSet<_>>().len(), 2000);
    }
}
