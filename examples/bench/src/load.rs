//! The load: one thread that plays all clients, and checks every answer byte for byte.
//!
//! It has to be cheaper than any server, or it would be the load that is measured. So it is an
//! edge-triggered epoll loop with one `recv` and one `send` a message, and with a core of its own
//! it never sleeps: a server that had to wake it would pay for that. Still, most of what a message
//! costs is spent in the kernel on both sides alike, so that a bare epoll loop is hardly dearer than
//! the load. How much time the load had to spare is therefore counted, and part of the results.

use std::fmt::{self, Display};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::Errno;
use rustix::time::Timespec;
use socket2::{Domain, SockRef, Socket, Type};

/// What can go wrong while a server is measured.
#[derive(Debug)]
pub enum Failure {
    /// The server answered, and what it answered is not right: the run ends.
    Wrong(String),
    /// The server did not come up, did not answer, or ended: it is left out, and said so.
    Server(String),
    /// It served too few in time, as its backlog lets one expect: it is left out, and said so.
    Late(String),
    /// Our own side failed: the run ends.
    Load(String),
}

impl Failure {
    fn load(what: &str, error: impl Display) -> Failure {
        Failure::Load(format!("the load cannot {what}: {error}"))
    }

    fn broke(error: impl Display) -> Failure {
        Failure::Server(format!("a connection broke: {error}"))
    }

    fn closed() -> Failure {
        Failure::Server("it closed a connection of its own accord".to_owned())
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Failure::Wrong(what) => write!(f, "a wrong answer: {what}"),
            Failure::Server(what) | Failure::Late(what) | Failure::Load(what) => f.write_str(what),
        }
    }
}

/// What must stand in front of every answer.
const PREFIX: &[u8] = b"GOT:";

/// How long a server may say nothing at all before it counts as stuck.
const STUCK: Duration = Duration::from_secs(10);

/// How many answers are read before their clients go on. Reading them first and sending then, the
/// load is a twentieth cheaper than with one after the other: a server that is faster than it is
/// woken less often, and each wake is at the sender's expense.
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
    Connecting,
    Silent,
    Asked,
    /// Has closed its side, and waits for the server to close the other.
    Leaving,
    Gone,
}

struct Client {
    stream: TcpStream,
    state: State,
    /// Its own number and that of its message make every message another one.
    id: u32,
    sequence: u64,
    /// The answer that must come; what follows the prefix is what is sent.
    expected: Vec<u8>,
    received: usize,
    asked_at: Instant,
}

/// What happened since [`Load::reset`].
#[derive(Default)]
pub struct Counts {
    /// Answers that came and were right.
    pub messages: u64,
    /// Connections that were served and closed.
    pub connections: u64,
    /// For each answer, the nanoseconds since its message was sent.
    pub latencies: Vec<u32>,
    /// How long there was nothing to do: what the load had to spare.
    pub spare: Duration,
}

pub struct Load {
    address: SocketAddr,
    /// Whether it may ask for events without ever sleeping.
    spin: bool,
    epoll: OwnedFd,
    events: Vec<Event>,
    /// Whose answer has come in this turn.
    served: Vec<usize>,
    clients: Vec<Client>,
    /// Where what comes is read to; larger than any answer, so that more than that is noticed.
    data: Box<[u8]>,
    next_id: u32,
    /// How many bytes a message has.
    message: usize,
    then: Then,
    /// How many clients are not at rest.
    under_way: usize,
    pub counts: Counts,
    now: Instant,
    last_event: Instant,
    /// Whether the last turn brought nothing.
    nothing_to_do: bool,
}

impl Load {
    /// A load of `message` bytes a message; with a core of its own it may `spin`.
    pub fn new(address: SocketAddr, message: usize, spin: bool) -> Result<Load, Failure> {
        Ok(Load {
            address,
            spin,
            epoll: epoll::create(CreateFlags::CLOEXEC)
                .map_err(|error| Failure::load("create an epoll", error))?,
            events: Vec::with_capacity(PORTION),
            served: Vec::new(),
            clients: Vec::new(),
            data: vec![0; 2048].into(),
            next_id: 0,
            message,
            then: Then::Rest,
            under_way: 0,
            counts: Counts::default(),
            now: Instant::now(),
            last_event: Instant::now(),
            nothing_to_do: false,
        })
    }

    pub fn reset(&mut self) {
        self.counts = Counts::default();
    }

    /// Adds clients that connect and say nothing yet, `wave` at a time: `accepted` is called after
    /// each, and has to wait until the server has accepted as many as there are then.
    pub fn connect(
        &mut self,
        count: usize,
        wave: usize,
        mut accepted: impl FnMut(usize) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for i in 0..count {
            let stream =
                TcpStream::connect(self.address).map_err(|error| self.cannot_connect(error))?;
            stream.set_nonblocking(true).map_err(|error| self.cannot_connect(error))?;
            // The cheapest that every kernel has, for our side only. Without it the load is dearer,
            // no more: so it does not matter if it cannot be had.
            let _ = SockRef::from(&stream).set_tcp_congestion(b"reno");
            let index = self.put(stream, State::Silent);
            self.watch(index, EventFlags::IN)?;
            if (i + 1) % wave == 0 || i + 1 == count {
                accepted(self.clients.len())?;
            }
        }
        Ok(())
    }

    /// The first `count` clients ask, get their answer, ask again, and so on for `time`.
    pub fn busy(&mut self, count: usize, time: Duration) -> Result<(), Failure> {
        self.start(Then::Again);
        for index in 0..count {
            if self.clients[index].state == State::Silent {
                self.ask(index)?;
            }
        }
        let end = self.now + time;
        while self.now < end {
            self.turn()?;
        }
        Ok(())
    }

    /// Lets everybody get the answer that is still owed, and makes sure that nothing else comes.
    pub fn rest(&mut self) -> Result<(), Failure> {
        self.start(Then::Rest);
        self.run_to_the_end()?;
        for client in &mut self.clients {
            match client.stream.read(&mut [0; 64]) {
                Ok(0) => return Err(Failure::closed()),
                Ok(_) => return Err(Failure::Wrong("bytes that nobody asked for".to_owned())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(Failure::broke(error)),
            }
        }
        Ok(())
    }

    /// Each of the clients says one message and is silent again.
    pub fn once_each(&mut self) -> Result<(), Failure> {
        self.start(Then::Rest);
        for index in 0..self.clients.len() {
            self.ask(index)?;
            // Not all at once: this is no measure of speed.
            if self.under_way == 100 {
                self.run_to_the_end()?;
            }
        }
        self.run_to_the_end()
    }

    /// The first client says `count` messages, with a pause after each answer.
    pub fn pauses(&mut self, count: usize, pause: Duration) -> Result<(), Failure> {
        for _ in 0..count {
            self.start(Then::Rest);
            self.ask(0)?;
            self.run_to_the_end()?;
            sleep(pause);
        }
        Ok(())
    }

    /// `at_once` clients that connect, get one answer, close, and are replaced; until there were
    /// `most` or `time` is over.
    pub fn arrivals(&mut self, at_once: usize, most: u64, time: Duration) -> Result<(), Failure> {
        self.start(Then::Replace);
        for _ in 0..at_once {
            self.arrive(None)?;
        }
        let end = self.now + time;
        while self.counts.connections < most && self.now < end {
            self.turn()?;
        }
        self.then = Then::Leave;
        self.run_to_the_end()?;
        self.clients.clear();
        Ok(())
    }

    /// `count` clients that all connect at once and ask. The time until the last has its answer,
    /// which must not be more than `limit`.
    pub fn storm(&mut self, count: usize, limit: Duration) -> Result<Duration, Failure> {
        self.start(Then::Rest);
        let start = Instant::now();
        for _ in 0..count {
            self.arrive(None)?;
        }
        while self.under_way > 0 {
            if start.elapsed() > limit {
                let (served, seconds) = (self.counts.messages, limit.as_secs());
                let late = format!("{served} of {count} clients served after {seconds} s");
                return Err(Failure::Late(late));
            }
            self.turn()?;
        }
        Ok(start.elapsed())
    }

    fn start(&mut self, then: Then) {
        self.now = Instant::now();
        (self.last_event, self.nothing_to_do, self.then) = (self.now, false, then);
    }

    fn run_to_the_end(&mut self) -> Result<(), Failure> {
        while self.under_way > 0 {
            self.turn()?;
        }
        Ok(())
    }

    /// One `epoll_wait`, and what follows from it.
    fn turn(&mut self) -> Result<(), Failure> {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let timeout = Timespec { tv_sec: 0, tv_nsec: if self.spin { 0 } else { 10_000_000 } };
        match epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&timeout)) {
            Err(error) if error != Errno::INTR => {
                return Err(Failure::load("wait for answers", error));
            }
            _ => {}
        }
        if events.is_empty() {
            let before = std::mem::replace(&mut self.now, Instant::now());
            // The first time, there was still something to do after the clock was read.
            if self.nothing_to_do {
                self.counts.spare += self.now - before;
            }
            if self.now - self.last_event > STUCK {
                let open = self.under_way;
                return Err(Failure::Server(format!(
                    "nothing came for {} s, {open} of {} clients wait for it",
                    STUCK.as_secs(),
                    self.clients.len(),
                )));
            }
        }
        for event in &events {
            self.handle(event.data.u64() as usize)?;
        }
        let mut served = std::mem::take(&mut self.served);
        for index in served.drain(..) {
            self.answered(index)?;
        }
        self.served = served;
        self.nothing_to_do = events.is_empty();
        if !self.nothing_to_do {
            self.last_event = self.now;
        }
        self.events = events;
        Ok(())
    }

    fn handle(&mut self, index: usize) -> Result<(), Failure> {
        if self.clients[index].state == State::Connecting {
            let error = self.clients[index].stream.take_error();
            if let Some(error) = error.unwrap_or_else(Some) {
                return Err(self.cannot_connect(error));
            }
            return self.ask(index);
        }
        let client = &mut self.clients[index];
        if client.state == State::Gone {
            // The news that the server's side is closed can come twice.
            return Ok(());
        }
        let data = &mut self.data;
        let count = match client.stream.read(&mut data[..]) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(Failure::broke(error)),
        };
        self.now = Instant::now();
        if count == 0 {
            if client.state != State::Leaving {
                return Err(Failure::closed());
            }
            return self.gone(index);
        }
        let expected = &client.expected[client.received..];
        let expected = if client.state == State::Asked { expected } else { &[] };
        if !expected.starts_with(&data[..count]) {
            return Err(Failure::Wrong(describe(client, &data[..count])));
        }
        client.received += count;
        if client.received == client.expected.len() {
            let latency = self.now - client.asked_at;
            self.counts.latencies.push(u32::try_from(latency.as_nanos()).unwrap_or(u32::MAX));
            self.counts.messages += 1;
            self.served.push(index);
        }
        Ok(())
    }

    /// What follows when a client has its answer.
    fn answered(&mut self, index: usize) -> Result<(), Failure> {
        let client = &mut self.clients[index];
        self.under_way -= 1;
        client.state = State::Silent;
        match self.then {
            Then::Again => self.ask(index),
            Then::Rest => Ok(()),
            Then::Replace | Then::Leave => {
                let shut = client.stream.shutdown(Shutdown::Write);
                shut.map_err(Failure::broke)?;
                client.state = State::Leaving;
                self.under_way += 1;
                Ok(())
            }
        }
    }

    fn gone(&mut self, index: usize) -> Result<(), Failure> {
        self.counts.connections += 1;
        self.under_way -= 1;
        self.clients[index].state = State::Gone;
        if self.then == Then::Replace { self.arrive(Some(index)) } else { Ok(()) }
    }

    /// A client that begins to connect, in the place of one that is gone or in a new one.
    fn arrive(&mut self, place: Option<usize>) -> Result<(), Failure> {
        let connecting = || -> io::Result<TcpStream> {
            let socket = Socket::new(Domain::for_address(self.address), Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            match socket.connect(&self.address.into()) {
                Err(error) if error.raw_os_error() != Some(Errno::INPROGRESS.raw_os_error()) => {
                    Err(error)
                }
                _ => Ok(socket.into()),
            }
        };
        let stream = connecting().map_err(|error| self.cannot_connect(error))?;
        let index = match place {
            None => self.put(stream, State::Connecting),
            Some(index) => {
                let id = self.next_id();
                let client = &mut self.clients[index];
                // The old stream is closed here, and epoll forgets it.
                (client.stream, client.state) = (stream, State::Connecting);
                (client.id, client.sequence) = (id, 0);
                index
            }
        };
        self.under_way += 1;
        // Within one machine the connection is there at once, if the server's queue has room.
        self.ask(index)?;
        match self.clients[index].state {
            State::Connecting => self.watch(index, EventFlags::IN | EventFlags::OUT),
            _ => self.watch(index, EventFlags::IN),
        }
    }

    /// A client with a place of its own; returns which.
    fn put(&mut self, stream: TcpStream, state: State) -> usize {
        let id = self.next_id();
        let expected = [PREFIX, &vec![0; self.message]].concat();
        let asked_at = self.now;
        let client = Client { stream, state, id, sequence: 0, expected, received: 0, asked_at };
        self.clients.push(client);
        self.clients.len() - 1
    }

    fn watch(&self, index: usize, events: EventFlags) -> Result<(), Failure> {
        let data = EventData::new_u64(index as u64);
        let stream = &self.clients[index].stream;
        let added = epoll::add(&self.epoll, stream, data, events | EventFlags::ET);
        added.map_err(|error| Failure::load("watch a connection", error))
    }

    fn next_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    /// Sends the next message of a client. One whose connection is not there yet goes on waiting.
    fn ask(&mut self, index: usize) -> Result<(), Failure> {
        let client = &mut self.clients[index];
        client.sequence += 1;
        client.received = 0;
        fill(&mut client.expected[PREFIX.len()..], client.id, client.sequence);
        let message = &client.expected[PREFIX.len()..];
        client.asked_at = Instant::now();
        match client.stream.write(message) {
            Ok(sent) if sent == message.len() => {}
            Ok(sent) => return Err(Failure::broke(format!("it took only {sent} bytes"))),
            Err(error)
                if client.state == State::Connecting
                    && error.kind() == io::ErrorKind::WouldBlock =>
            {
                return Ok(());
            }
            Err(error) => return Err(Failure::broke(error)),
        }
        if client.state == State::Silent {
            self.under_way += 1;
        }
        client.state = State::Asked;
        Ok(())
    }

    fn cannot_connect(&self, error: io::Error) -> Failure {
        let address = self.address;
        Failure::Server(format!("cannot connect to {address} (client {}): {error}", self.next_id))
    }
}

/// Writes a message that no other client and no other turn has.
fn fill(message: &mut [u8], id: u32, sequence: u64) {
    // The finalizer of splitmix64 maps no two numbers to the same one.
    let mut first = (u64::from(id) << 40) ^ sequence;
    first = (first ^ (first >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    first = (first ^ (first >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    first ^= first >> 31;
    for (i, bytes) in message.chunks_mut(8).enumerate() {
        let word = first.wrapping_add((i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
    }
}

/// What is wrong with `data`, which should continue the answer of `client`.
fn describe(client: &Client, data: &[u8]) -> String {
    let all = client.expected.len();
    let right = &client.expected[client.received..];
    let same = data.iter().zip(right).take_while(|(a, b)| a == b).count();
    let at = client.received + same;
    let (id, sequence) = (client.id, client.sequence);
    if client.state != State::Asked {
        return format!("client {id} got {} bytes that it had not asked for", data.len());
    }
    format!(
        "client {id}, message {sequence}: right up to byte {at} of {all}, then {:02x?} instead of \
         {:02x?}",
        &data[same..data.len().min(same + 8)],
        &right[same..right.len().min(same + 8)],
    )
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::serve::{listen, server};

    const SHORT: Duration = Duration::from_millis(20);

    fn load(server: impl FnOnce(TcpListener) + Send + 'static) -> Load {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || server(listener));
        Load::new(address, 64, false).unwrap()
    }

    fn load_for(name: &str) -> Load {
        let server = server(name).unwrap();
        load(move |listener| server(listener).unwrap())
    }

    /// What goes wrong. On a busy machine the first answer may come after `SHORT`, so `rest` waits.
    fn failure(load: &mut Load) -> Failure {
        load.busy(load.clients.len(), SHORT).and_then(|()| load.rest()).unwrap_err()
    }

    #[test]
    fn right_answers_are_counted() {
        let mut load = load_for("epoll");
        load.connect(5, 5, |_| Ok(())).unwrap();
        load.busy(3, SHORT).unwrap();
        load.rest().unwrap();
        load.once_each().unwrap();
        load.rest().unwrap();
        load.pauses(2, SHORT).unwrap();
        load.rest().unwrap();
        assert!(load.counts.messages >= 3 + 5 + 2, "{} messages", load.counts.messages);
        assert_eq!(load.counts.messages, load.counts.latencies.len() as u64);
    }

    #[test]
    fn clients_come_and_go() {
        let mut load = load_for("epoll");
        load.arrivals(3, 20, Duration::from_secs(10)).unwrap();
        assert!((20..=30).contains(&load.counts.connections), "{}", load.counts.connections);
        assert_eq!(load.counts.connections, load.counts.messages);
        load.reset();
        load.storm(50, Duration::from_secs(10)).unwrap();
        assert_eq!(load.counts.messages, 50);
    }

    #[test]
    fn a_server_that_mixes_up_its_clients_is_noticed() {
        let mut load = load_for("wrong");
        load.connect(2, 2, |_| Ok(())).unwrap();
        let failure = failure(&mut load);
        assert!(matches!(failure, Failure::Wrong(_)), "{failure}");
    }

    /// What a server sends, piece by piece, instead of the right answer.
    type Answer = fn(Vec<u8>) -> Vec<Vec<u8>>;

    /// A server of one client that sends, piece by piece, what `answer` makes of the right answer.
    fn load_with(answer: Answer) -> Load {
        let mut load = load(move |listener| {
            let (mut client, _) = listener.accept().unwrap();
            let mut message = [0; 64];
            while client.read_exact(&mut message).is_ok() {
                for piece in answer([PREFIX, &message].concat()) {
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
        let wrong: [(Answer, &str); 3] = [
            (|right| vec![right[..40].to_vec(), vec![!right[40]]], "right up to byte 40 of 68"),
            (|right| vec![[&right[..], b"!"].concat()], "right up to byte 68 of 68"),
            (|right| vec![right[PREFIX.len()..].to_vec()], "right up to byte 0 of 68"),
        ];
        for (answer, named) in wrong {
            let failure = failure(&mut load_with(answer));
            assert!(matches!(failure, Failure::Wrong(_)), "{failure}");
            assert!(failure.to_string().contains(named), "{failure} does not say {named}");
        }
    }

    #[test]
    fn an_answer_in_pieces_is_right() {
        let mut load = load_with(|right| right.chunks(30).map(<[u8]>::to_vec).collect());
        load.busy(1, SHORT).unwrap();
        load.rest().unwrap();
        assert!(load.counts.messages > 0);
    }

    #[test]
    fn a_server_that_closes_is_noticed() {
        let mut load = load(|listener| drop(listener.accept().unwrap()));
        load.connect(1, 1, |_| Ok(())).unwrap();
        let failure = failure(&mut load);
        assert!(matches!(failure, Failure::Server(_)), "{failure}");
    }

    #[test]
    fn no_two_messages_are_the_same() {
        let message = |id, sequence| {
            let mut message = [0; 20];
            fill(&mut message, id, sequence);
            message
        };
        let mut all: Vec<[u8; 20]> =
            (1..50).flat_map(|id| (1..50).map(move |sequence| message(id, sequence))).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 49 * 49);
    }
}
