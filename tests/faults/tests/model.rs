//! Random programs of tasks, run by `genlab::run` and by the lab's loop in its plainest form.
//!
//! # What must be the same, and what may differ
//!
//! A program's tasks talk over socket pairs. Each direction of a pair has one sender and one
//! receiver at a time, a receiver waits for a number of bytes or the end of file, a sender until its
//! bytes are taken or nobody can receive them any more, and nobody looks at a clock. Such a program
//! comes to the same end in whatever order its tasks take turns. So for each task the same events
//! must happen in the same order, with the same number of bytes, under both loops.
//!
//! How the events of different tasks interleave may differ: which sockets are ready at the moment
//! of a `select` depends on how much a kernel buffer takes, and ours may learn of a long idle
//! socket one question later than the lab's, which asks about all each time. Three things may
//! not differ, and are checked in each order of events: tasks start in the order in which they were
//! appended; between an `append` and the start of that task nobody is resumed twice, for who
//! is resumed stands behind it in the deque from then on; and who is resumed can receive or send.
#![cfg(target_os = "linux")]

mod child;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use faults::byte;
use genlab::{Co, Op, Socket, Task, Tasks, run, task};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Bytes in a send or receive that never fills a buffer, however many come together.
const SMALL: usize = 60;

/// Bytes in one that always does: several times what a socket pair takes in.
const BIG: usize = 100_000;

/// The names of the idle tasks start here.
const IDLE: usize = 1000;

/// What a socket pair's buffers are set to.
const BUFFER: usize = 16 * 1024;

/// One end of a pair: `a` and `A` are connected, `b` and `B`, and so on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct End(u8);

impl End {
    fn other(self) -> End {
        End(self.0 ^ 1)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = if self.0 % 2 == 0 { b'a' } else { b'A' };
        write!(f, "{}", char::from(first.saturating_add(self.0 / 2)))
    }
}

/// What a task does, one thing after the other.
#[derive(Clone)]
enum Step {
    Send(End, usize),
    Receive(End, usize),
    /// Appends a task, which gets these ends.
    Append(Code),
    /// Makes a task, which gets these ends, and drops it before it ever runs.
    Drop(Code),
    /// Appends a task that receives from this end, while this one goes on sending to it: the two
    /// wait for the same fd.
    Share(End, Code),
    Close(End),
    /// Goes on with a duplicate of the end and closes the number that it had.
    Duplicate(End),
    /// Keeps a duplicate of the end until the task is over: the other side sees no end before.
    Keep(End),
    WaitForNegative,
    WaitForNone,
    Fail,
    Panic,
}

/// A task of the program.
#[derive(Clone)]
struct Code {
    name: usize,
    ends: Vec<End>,
    steps: Vec<Step>,
}

#[derive(Clone)]
struct Program {
    pairs: usize,
    /// How many others there are, who wait for what never comes. Among many, `select` hands over
    /// to the poller whom it would otherwise go on asking about.
    crowd: usize,
    tasks: Vec<Code>,
}

impl Code {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let ends: Vec<_> = self.ends.iter().map(End::to_string).collect();
        writeln!(f, "task {} has [{}]", self.name, ends.join(" "))?;
        for step in &self.steps {
            write!(f, "{:width$}", "", width = 4 * (depth + 1))?;
            match step {
                Step::Send(end, n) => writeln!(f, "send {n} to {end}")?,
                Step::Receive(end, n) => writeln!(f, "receive {n} from {end}")?,
                Step::Close(end) => writeln!(f, "close {end}")?,
                Step::Duplicate(end) => writeln!(f, "{end} = dup {end}")?,
                Step::Keep(end) => writeln!(f, "keep a dup of {end}")?,
                Step::WaitForNegative => writeln!(f, "wait for fd -1")?,
                Step::WaitForNone => writeln!(f, "wait for fd {NONE}, which is not open")?,
                Step::Fail => writeln!(f, "fail")?,
                Step::Panic => writeln!(f, "panic")?,
                Step::Append(code) => {
                    write!(f, "append ")?;
                    code.write(f, depth + 1)?;
                }
                Step::Drop(code) => {
                    write!(f, "make and drop ")?;
                    code.write(f, depth + 1)?;
                }
                Step::Share(end, code) => {
                    write!(f, "leave receiving from {end} to ")?;
                    code.write(f, depth + 1)?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "a program with {} socket pairs, among {} idle tasks:",
            self.pairs, self.crowd
        )?;
        self.tasks.iter().try_for_each(|code| code.write(f, 0))
    }
}

/// A step before it is known which ends its task has: any numbers make a program, so that a
/// failing one can lose any step and still be one.
#[derive(Clone, Debug)]
enum Gene {
    Send(usize, usize),
    Receive(usize, usize),
    Append(usize, Vec<Gene>),
    Drop(usize),
    Share(usize, Vec<Gene>),
    Close(usize),
    Duplicate(usize),
    Keep(usize),
    End(Step),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Code { name: 0, ends: Vec::new(), steps: vec![self.clone()] }.write(f, 0)
    }
}

fn genes() -> impl Strategy<Value = Vec<Gene>> {
    let size = || prop_oneof![8 => 1..SMALL, 1 => Just(BIG)];
    let step = prop_oneof![
        8 => (0..8_usize, size()).prop_map(|(end, n)| Gene::Send(end, n)),
        8 => (0..8_usize, size()).prop_map(|(end, n)| Gene::Receive(end, n)),
        1 => (0..8_usize).prop_map(Gene::Drop),
        1 => (0..8_usize).prop_map(Gene::Close),
        1 => (0..8_usize).prop_map(Gene::Duplicate),
        1 => (0..8_usize).prop_map(Gene::Keep),
    ];
    let mistake = prop_oneof![
        30 => Just(None),
        1 => Just(Some(Step::WaitForNegative)),
        1 => Just(Some(Step::WaitForNone)),
        1 => Just(Some(Step::Fail)),
        1 => Just(Some(Step::Panic)),
    ];
    let steps = (prop::collection::vec(step, 0..8), mistake).prop_map(|(mut steps, mistake)| {
        steps.extend(mistake.map(Gene::End));
        steps
    });
    steps.prop_recursive(2, 24, 3, |inner| {
        let child = prop_oneof![
            (0..8_usize, inner.clone()).prop_map(|(ends, steps)| Gene::Append(ends, steps)),
            (0..8_usize, inner.clone()).prop_map(|(end, steps)| Gene::Share(end, steps)),
        ];
        (inner.clone(), prop::collection::vec(child, 0..3), inner).prop_map(
            |(mut before, children, after)| {
                before.extend(children);
                before.extend(after);
                before
            },
        )
    })
}

fn programs() -> impl Strategy<Value = Program> {
    let deal = prop::collection::vec((0..8_usize, 0..8_usize), 1..4);
    let crowd = prop_oneof![2 => Just(0), 1 => Just(20)];
    (deal, prop::collection::vec(genes(), 1..5), crowd).prop_map(|(deal, genes, crowd)| {
        let mut hands = vec![Vec::new(); genes.len()];
        for (pair, (left, right)) in deal.iter().enumerate() {
            hands[left % genes.len()].push(Handle::new(End(2 * pair as u8)));
            hands[right % genes.len()].push(Handle::new(End(2 * pair as u8 + 1)));
        }
        let mut names = 0;
        let tasks = hands.into_iter().zip(&genes);
        let tasks = tasks.map(|(hand, genes)| code(hand, genes, &mut names)).collect();
        Program { pairs: deal.len(), crowd, tasks }
    })
}

/// What a task may do with an end.
#[derive(Clone, Copy)]
struct Handle {
    end: End,
    sends: bool,
    receives: bool,
}

impl Handle {
    fn new(end: End) -> Handle {
        Handle { end, sends: true, receives: true }
    }
}

/// Makes a task of the genes; those that need an end where there is none do nothing.
fn code(mut hand: Vec<Handle>, genes: &[Gene], names: &mut usize) -> Code {
    let (name, ends) = (*names, hand.iter().map(|handle| handle.end).collect());
    *names += 1;
    let mut steps = Vec::new();
    for gene in genes {
        let at = |which: &usize| which.checked_rem(hand.len());
        match gene {
            Gene::Send(which, n) => {
                let able: Vec<_> = hand.iter().filter(|handle| handle.sends).collect();
                if !able.is_empty() {
                    steps.push(Step::Send(able[which % able.len()].end, *n));
                }
            }
            Gene::Receive(which, n) => {
                let able: Vec<_> = hand.iter().filter(|handle| handle.receives).collect();
                if !able.is_empty() {
                    steps.push(Step::Receive(able[which % able.len()].end, *n));
                }
            }
            Gene::Append(which, genes) => {
                let given = at(which).map(|at| hand.remove(at)).into_iter().collect();
                steps.push(Step::Append(code(given, genes, names)));
            }
            Gene::Drop(which) => {
                let given = at(which).map(|at| hand.remove(at)).into_iter().collect();
                steps.push(Step::Drop(code(given, &[], names)));
            }
            Gene::Share(which, genes) => {
                let both = |handle: &&mut Handle| handle.sends && handle.receives;
                let mut able: Vec<_> = hand.iter_mut().filter(both).collect();
                if !able.is_empty() {
                    let which = which % able.len();
                    able[which].receives = false;
                    let receiver = Handle { sends: false, receives: true, ..*able[which] };
                    steps.push(Step::Share(receiver.end, code(vec![receiver], genes, names)));
                }
            }
            Gene::Close(which) => {
                steps.extend(at(which).map(|at| Step::Close(hand.remove(at).end)));
            }
            Gene::Duplicate(which) => {
                steps.extend(at(which).map(|at| Step::Duplicate(hand[at].end)));
            }
            Gene::Keep(which) => steps.extend(at(which).map(|at| Step::Keep(hand[at].end))),
            Gene::End(step) => {
                steps.push(step.clone());
                break;
            }
        }
    }
    Code { name, ends, steps }
}

/// A number that no descriptor has here.
const NONE: RawFd = 1_000_000;

/// What a task says that is to fail or to panic.
const AS_ASKED: &str = "the program says so";

/// What happens to a task, in its own order.
#[derive(Clone, Debug, PartialEq)]
enum Event {
    /// Another task appended it.
    Appended,
    Started,
    /// It is resumed after a wait. Not compared: how often depends on the kernel's buffers.
    Resumed,
    /// Its bytes were taken, or nobody was there to receive them.
    Sent(End, usize),
    Received {
        end: End,
        n: usize,
        of: usize,
    },
    /// It was resumed, and could neither receive nor send.
    Spurious(End),
    WrongByte(End),
    Closed(End),
    /// Its destructors ran.
    Gone,
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What both loops are given: the program's world.
#[derive(Clone)]
struct World {
    /// In the order in which things happened, and to which task. Read from outside to see whether
    /// a run is stuck.
    trace: Arc<Mutex<Vec<(usize, Event)>>>,
    /// For each end: how many bytes of its stream were sent and received.
    bytes: Rc<RefCell<HashMap<End, (u64, u64)>>>,
    /// What a task waits for.
    waits: Rc<RefCell<HashMap<usize, RawFd>>>,
}

impl World {
    fn new(trace: Arc<Mutex<Vec<(usize, Event)>>>) -> World {
        World { trace, bytes: Rc::default(), waits: Rc::default() }
    }

    fn log(&self, name: usize, event: Event) {
        self.trace.lock().unwrap().push((name, event));
    }

    /// Nothing can happen any more: ends what the tasks wait for, so that all come to an end.
    fn end_all_waits(&self) {
        for fd in self.waits.borrow().values() {
            // SAFETY: no pointers; the number is one that a task waits for.
            unsafe { libc::shutdown(*fd, libc::SHUT_RDWR) };
        }
    }
}

/// A task's destructor.
struct Gone(World, usize);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.waits.borrow_mut().remove(&self.1);
        self.0.log(self.1, Event::Gone);
    }
}

type Sockets = HashMap<End, Rc<Socket>>;

/// The program's tasks, with sockets between them.
fn start(program: &Program, world: &World, tasks: &Tasks) -> io::Result<()> {
    let mut sockets = Sockets::new();
    let mut connect = |pair: usize| -> io::Result<[End; 2]> {
        let ends = [End(2 * pair as u8), End(2 * pair as u8 + 1)];
        for (end, socket) in ends.into_iter().zip(<[UnixStream; 2]>::from(UnixStream::pair()?)) {
            let socket = Socket::wrap(socket)?;
            socket.get_ref().set_send_buffer_size(BUFFER)?;
            sockets.insert(end, Rc::new(socket));
        }
        Ok(ends)
    };
    (0..program.pairs).try_for_each(|pair| connect(pair).map(drop))?;
    let idle = (0..program.crowd).map(|at| {
        let ends = connect(program.pairs + at)?;
        let steps = vec![Step::Receive(ends[0], 1)];
        Ok(Code { name: IDLE + at, ends: ends.into(), steps })
    });
    let idle = idle.collect::<io::Result<Vec<_>>>()?;
    for code in idle.iter().chain(&program.tasks) {
        append(code, take(code, &mut sockets), world, tasks);
    }
    Ok(())
}

fn take(code: &Code, sockets: &mut Sockets) -> Sockets {
    code.ends.iter().filter_map(|end| Some((*end, sockets.remove(end)?))).collect()
}

fn append(code: &Code, sockets: Sockets, world: &World, tasks: &Tasks) {
    world.log(code.name, Event::Appended);
    tasks.append(interpret(code.clone(), sockets, world.clone(), tasks.clone()));
}

fn interpret(code: Code, mut sockets: Sockets, world: World, tasks: Tasks) -> Task {
    let gone = Gone(world.clone(), code.name);
    task(move |co| async move {
        let _gone = gone;
        let name = code.name;
        let mut kept = Vec::new();
        world.log(name, Event::Started);
        for step in &code.steps {
            match step {
                Step::Send(end, n) => {
                    send_all(&co, name, *end, &sockets[end], *n, &world).await;
                    world.log(name, Event::Sent(*end, *n));
                }
                Step::Receive(end, of) => {
                    let n = receive_all(&co, name, *end, &sockets[end], *of, &world).await;
                    world.log(name, Event::Received { end: *end, n, of: *of });
                }
                Step::Append(code) => append(code, take(code, &mut sockets), &world, &tasks),
                Step::Drop(code) => {
                    let given = take(code, &mut sockets);
                    drop(interpret(code.clone(), given, world.clone(), tasks.clone()));
                }
                Step::Share(end, code) => {
                    let receiver = Sockets::from([(*end, sockets[end].clone())]);
                    append(code, receiver, &world, &tasks);
                }
                Step::Close(end) => {
                    sockets.remove(end);
                    world.log(name, Event::Closed(*end));
                }
                Step::Duplicate(end) => {
                    let duplicate = sockets[end].try_clone()?;
                    sockets.insert(*end, Rc::new(duplicate));
                }
                Step::Keep(end) => kept.push(sockets[end].try_clone()?),
                Step::WaitForNegative => wait(&co, name, Op::Recv, -1, &world).await,
                Step::WaitForNone => wait(&co, name, Op::Send, NONE, &world).await,
                Step::Fail => return Err(io::Error::other(AS_ASKED)),
                Step::Panic => panic!("{AS_ASKED}"),
            }
        }
        Ok(())
    })
}

async fn wait(co: &Co, name: usize, op: Op, fd: RawFd, world: &World) {
    world.waits.borrow_mut().insert(name, fd);
    co.yield_((op, fd)).await;
    world.waits.borrow_mut().remove(&name);
    world.log(name, Event::Resumed);
}

async fn send_all(co: &Co, name: usize, end: End, socket: &Socket, n: usize, world: &World) {
    let start = world.bytes.borrow().get(&end).map_or(0, |(sent, _)| *sent);
    let data: Vec<u8> = (start..start + n as u64).map(|at| byte(end.0.into(), at)).collect();
    let mut rest = &data[..];
    while !rest.is_empty() {
        wait(co, name, Op::Send, socket.as_raw_fd(), world).await;
        match socket.send(rest) {
            Ok(0) => world.log(name, Event::Spurious(end)),
            Ok(sent) => {
                rest = &rest[sent..];
                world.bytes.borrow_mut().entry(end).or_default().0 += sent as u64;
            }
            // Nobody receives: for the sender as good as sent, since another order of turns might
            // have brought the bytes into the buffer of who is gone now.
            Err(_) => break,
        }
    }
}

async fn receive_all(
    co: &Co,
    name: usize,
    end: End,
    socket: &Socket,
    of: usize,
    world: &World,
) -> usize {
    let mut n = 0;
    while n < of {
        wait(co, name, Op::Recv, socket.as_raw_fd(), world).await;
        let data = match socket.recv((of - n).min(5000)) {
            Ok(Some(data)) => data,
            Ok(None) => {
                world.log(name, Event::Spurious(end));
                continue;
            }
            // The other side is gone, and had not received all.
            Err(_) => Vec::new(),
        };
        if data.is_empty() {
            break;
        }
        n += data.len();
        let mut bytes = world.bytes.borrow_mut();
        let received = &mut bytes.entry(end.other()).or_default().1;
        for it in data {
            if it != byte(end.other().0.into(), *received) {
                world.log(name, Event::WrongByte(end));
            }
            *received += 1;
        }
    }
    n
}

/// What a run comes to.
#[derive(Debug)]
struct Outcome {
    events: Vec<(usize, Event)>,
    bytes: HashMap<End, (u64, u64)>,
    /// How many tasks have failed, all of them for what the program says.
    failed: usize,
    /// How many events had happened each time when nothing could happen any more; resumptions
    /// do not count.
    stuck: Vec<usize>,
}

fn counted(events: &[(usize, Event)]) -> usize {
    events.iter().filter(|(_, event)| *event != Event::Resumed).count()
}

/// The lab's loop: a deque, two dictionaries, and `poll(2)` of everything each time.
fn model(program: &Program) -> io::Result<Outcome> {
    use genlab::GeneratorState::{Complete, Yielded};

    let trace = Arc::default();
    let world = World::new(Arc::clone(&trace));
    let appended = Tasks::new();
    start(program, &world, &appended)?;

    let mut deque = VecDeque::new();
    let mut recv_wait: Vec<(RawFd, Task)> = Vec::new();
    let mut send_wait: Vec<(RawFd, Task)> = Vec::new();
    let (mut failed, mut stuck) = (0, Vec::new());
    deque.extend(std::iter::from_fn(|| appended.popleft()));
    while !deque.is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        while deque.is_empty() {
            let ask = |(waits, events): (&Vec<(RawFd, Task)>, i16)| -> Vec<libc::pollfd> {
                waits.iter().map(|(fd, _)| libc::pollfd { fd: *fd, events, revents: 0 }).collect()
            };
            let mut fds = ask((&recv_wait, libc::POLLIN));
            fds.extend(ask((&send_wait, libc::POLLOUT)));
            // SAFETY: pointer and length are those of one vector.
            unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, 0) };
            let mut fds = fds.into_iter();
            let mut nothing = true;
            for waits in [&mut recv_wait, &mut send_wait] {
                for (fd, task) in std::mem::take(waits) {
                    let revents = fds.next().expect("one answer for each").revents;
                    if fd < 0 || revents & libc::POLLNVAL != 0 {
                        // And the task is dropped. Somebody may have waited for just that.
                        failed += 1;
                        nothing = false;
                    } else if revents != 0 {
                        nothing = false;
                        deque.push_back(task);
                    } else {
                        waits.push((fd, task));
                    }
                }
            }
            if recv_wait.is_empty() && send_wait.is_empty() {
                break;
            }
            if nothing {
                stuck.push(counted(&trace.lock().unwrap()));
                world.end_all_waits();
            }
        }
        let Some(mut task) = deque.pop_front() else { continue };
        let state = task.resume();
        deque.extend(std::iter::from_fn(|| appended.popleft()));
        match state {
            Yielded((Op::Recv, fd)) => recv_wait.push((fd, task)),
            Yielded((Op::Send, fd)) => send_wait.push((fd, task)),
            Complete(result) => failed += usize::from(result.is_err()),
        }
    }
    let (events, bytes) = (trace.lock().unwrap().clone(), world.bytes.borrow().clone());
    Ok(Outcome { events, bytes, failed, stuck })
}

/// The same with `genlab::run`. Where the model was stuck `run` must be: it has to sleep then, and
/// not return. A task more, in such programs only, waits for word from outside to end all waits.
fn real(program: &Program, model: &Outcome) -> Result<Outcome, String> {
    let trace: Arc<Mutex<Vec<(usize, Event)>>> = Arc::default();
    let (done, result) = mpsc::channel();
    let (mut word, heard) = UnixStream::pair().map_err(|error| error.to_string())?;
    let times = model.stuck.len();
    let (program, seen) = (program.clone(), Arc::clone(&trace));
    let thread = thread::spawn(move || {
        let thread = rustix::thread::gettid().as_raw_pid();
        let _ = done.send((Some(thread), None));
        let world = World::new(trace);
        let tasks = Tasks::new();
        start(&program, &world, &tasks).expect("there are descriptors for socket pairs");
        if times > 0 {
            let heard = Socket::wrap(heard).expect("a socket can be set up");
            tasks.append(listen_for_the_word(heard, times, world.clone()));
        }
        let outcome = run(&tasks);
        let bytes = world.bytes.borrow().clone();
        let _ = done.send((None, Some((bytes, outcome))));
    });

    let Ok((Some(id), _)) = result.recv() else { return Err("the run did not start".into()) };
    for events in &model.stuck {
        asleep_after(*events, id, &seen)?;
        if thread.is_finished() {
            return Err("run returned, though tasks wait".into());
        }
        io::Write::write_all(&mut word, b".").map_err(|error| error.to_string())?;
    }
    let end = result.recv_timeout(Duration::from_secs(10));
    let events = seen.lock().unwrap().clone();
    match end {
        Ok((_, Some((bytes, outcome)))) => {
            let asked_for = ["fd -1: no", "fd 1000000: it is closed", AS_ASKED];
            for failure in outcome.failures() {
                let words = failure.error.to_string();
                if !asked_for.iter().any(|it| words.contains(it)) {
                    return Err(format!("a task failed that should not: {words}"));
                }
            }
            Ok(Outcome { events, bytes, failed: outcome.failed(), stuck: Vec::new() })
        }
        Ok(_) | Err(mpsc::RecvTimeoutError::Disconnected) => Err("run panicked".into()),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(format!("run does not return; it came to {events:#?}"))
        }
    }
}

fn listen_for_the_word(word: Socket, times: usize, world: World) -> Task {
    task(move |co| async move {
        for _ in 0..times {
            co.yield_((Op::Recv, word.as_raw_fd())).await;
            word.recv(1)?;
            world.end_all_waits();
        }
        Ok(())
    })
}

/// Waits until so many events have happened and the thread sleeps.
fn asleep_after(
    events: usize,
    thread: i32,
    seen: &Mutex<Vec<(usize, Event)>>,
) -> Result<(), String> {
    let start = Instant::now();
    let stat = format!("/proc/self/task/{thread}/stat");
    loop {
        let enough = counted(&seen.lock().unwrap()) >= events;
        // Only a wait in the kernel is `S`; and nobody wakes it but us.
        let sleeps = || std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") S "));
        if enough && sleeps() {
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(10) {
            let seen = seen.lock().unwrap();
            return Err(if enough {
                "run spins, though no task can go on".into()
            } else {
                format!("run hangs; it came to {seen:#?}")
            });
        }
        thread::yield_now();
    }
}

/// For each task its own events.
fn of_each_task(events: &[(usize, Event)]) -> Vec<(usize, Event)> {
    let mut events: Vec<_> = events.iter().filter(|(_, e)| *e != Event::Resumed).cloned().collect();
    events.sort_by_key(|(name, _)| *name);
    events
}

/// What must hold in each order of events.
fn order_is_allowed(events: &[(usize, Event)]) -> Result<(), String> {
    let mut to_start = VecDeque::new();
    let mut resumed: Vec<Vec<usize>> = Vec::new();
    for (name, event) in events {
        match event {
            Event::Appended => {
                to_start.push_back(*name);
                resumed.push(Vec::new());
            }
            Event::Started if to_start.pop_front() == Some(*name) => drop(resumed.remove(0)),
            Event::Started => return Err(format!("task {name} started before its turn")),
            Event::Resumed => {
                for since in &mut resumed {
                    if since.contains(name) {
                        return Err(format!(
                            "task {name} was resumed before an earlier one started"
                        ));
                    }
                    since.push(*name);
                }
            }
            Event::Spurious(end) => return Err(format!("task {name}: {end} was not ready")),
            Event::WrongByte(end) => return Err(format!("task {name}: wrong byte from {end}")),
            _ => {}
        }
    }
    Ok(())
}

fn holds(program: &Program) -> Result<(), String> {
    let model = model(program).map_err(|error| format!("the model failed: {error}"))?;
    order_is_allowed(&model.events).map_err(|error| format!("in the model: {error}"))?;
    let real = real(program, &model)?;
    order_is_allowed(&real.events)?;
    let (wanted, got) = (of_each_task(&model.events), of_each_task(&real.events));
    if wanted != got {
        return Err(format!("the lab's loop: {wanted:#?}\nrun: {got:#?}"));
    }
    for (end, (sent, received)) in &real.bytes {
        let received_there = model.bytes.get(end).map_or(0, |(_, received)| *received);
        if received > sent || *received != received_there {
            return Err(format!(
                "of {sent} bytes sent to {end}, {received} were received; {received_there} in the lab's loop"
            ));
        }
    }
    if real.failed != model.failed {
        return Err(format!(
            "{} tasks failed, but {} in the lab's loop",
            real.failed, model.failed
        ));
    }
    Ok(())
}

#[test]
fn random_programs_run_as_in_the_labs_loop() {
    let name = "random_programs_run_as_in_the_labs_loop";
    child::process_with_panics(name, &[AS_ASKED], || {
        let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
        let result = TestRunner::new(config)
            .run(&programs(), |program| holds(&program).map_err(TestCaseError::fail));
        if let Err(error) = result {
            panic!("{error}");
        }
    });
}
