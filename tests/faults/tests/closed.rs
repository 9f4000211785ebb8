//! What closes a descriptor that is not its own: another task's, or the poller's.
#![cfg(target_os = "linux")]

mod child;

use std::cell::Cell;
use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use faults::process::{cpu_of_this_thread, raise_descriptor_limit};
use genlab::{Op, Task, Tasks, task};

fn pair() -> (UnixStream, UnixStream) {
    UnixStream::pair().expect("there are descriptors for a socket pair")
}

/// Says when it is dropped.
struct Ended(Arc<OnceLock<Instant>>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.set(Instant::now());
    }
}

fn waiter(fd: RawFd, ended: Ended) -> Task {
    task(move |co| async move {
        let _ended = ended;
        co.yield_((Op::Recv, fd)).await;
        panic!("resumed, though what it waits for is closed")
    })
}

/// Waits for a byte, or for the end.
fn silent(mut here: UnixStream, served: Rc<Cell<usize>>) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, here.as_raw_fd())).await;
        let n = here.read(&mut [0])?;
        served.set(served.get() + n);
        Ok(())
    })
}

/// So many who are silent, and their other sides.
fn crowd(tasks: &Tasks, n: usize, served: &Rc<Cell<usize>>) -> Vec<UnixStream> {
    let pairs = (0..n).map(|_| pair());
    let other_sides = pairs.map(|(here, there)| {
        tasks.append(silent(here, Rc::clone(served)));
        there
    });
    other_sides.collect()
}

/// How often something else happens to the process.
#[derive(Clone, Copy, Default)]
struct Busy {
    message: Option<Duration>,
    signal: Option<Duration>,
}

/// A wait among `n` others is closed by another task. Its own task ends in time.
fn told_in_time(n: usize, busy: Busy) {
    raise_descriptor_limit();
    faults::catch_sigusr1(true);
    // SAFETY: no arguments.
    let this = unsafe { libc::pthread_self() };
    let tasks = Tasks::new();
    let (here, _there) = pair();
    let ended = Arc::new(OnceLock::new());
    tasks.append(waiter(here.as_raw_fd(), Ended(Arc::clone(&ended))));
    let others = crowd(&tasks, n, &Rc::default());
    let closed = Rc::new(Cell::new(None));
    let when = Rc::clone(&closed);
    let (mut hears, mut says) = pair();
    tasks.append(task(move |co| async move {
        let mut owner = Some(here);
        // All who wait have been asked about in vain, again and again.
        child::rounds(&co, 100 + n / 2).await?;
        for at in 0.. {
            co.yield_((Op::Recv, hears.as_raw_fd())).await;
            if hears.read(&mut [0])? == 0 {
                break;
            }
            if at == 5 {
                owner = None;
                when.set(Some(Instant::now()));
            }
        }
        drop((owner, others));
        Ok(())
    }));

    let seen = Arc::clone(&ended);
    let world = thread::spawn(move || {
        let start = Instant::now();
        let (mut messages, mut signals) = (0, 0);
        while seen.get().is_none() && start.elapsed() < Duration::from_secs(20) {
            let due = |every: Option<Duration>, n: u32| {
                every.is_some_and(|every| start.elapsed() >= every * n)
            };
            if messages <= 5 || due(busy.message, messages) {
                says.write_all(b".").expect("a socket takes a byte");
                messages += 1;
            }
            if due(busy.signal, signals) {
                // SAFETY: that thread runs the tasks, and waits for this one before it ends.
                unsafe { libc::pthread_kill(this, libc::SIGUSR1) };
                signals += 1;
            }
            thread::park_timeout(Duration::from_millis(5));
        }
    });
    child::run_failing(&tasks, &[("waiter", "it is closed")]);
    world.join().expect("the thread has no reason to panic");

    let closed = closed.get().expect("it was closed");
    let waited = ended.get().expect("it has ended").saturating_duration_since(closed);
    // The waiter, the closer, and the last of a hundred, begun.
    let hundreds = (n + 2).div_ceil(100) as u32;
    let promise = Duration::from_millis(250) * hundreds;
    // To wake up takes a moment, each time.
    let in_time = promise + promise / 10 + Duration::from_millis(250);
    eprintln!("told after {waited:?} among {n}");
    assert!(waited < in_time, "told only after {waited:?}, instead of {promise:?}");
}

const TRAFFIC: Busy = Busy { message: Some(Duration::from_millis(20)), signal: None };
const SIGNALS: Busy = Busy { message: None, signal: Some(Duration::from_millis(50)) };
const BOTH: Busy = Busy { message: TRAFFIC.message, signal: SIGNALS.signal };
const NEITHER: Busy = Busy { message: None, signal: None };

#[test]
fn a_wait_closed_by_another_task_ends_in_time_though_messages_come() {
    child::process("a_wait_closed_by_another_task_ends_in_time_though_messages_come", || {
        told_in_time(30, TRAFFIC);
    });
}

#[test]
fn a_wait_closed_by_another_task_ends_in_time_though_signals_come() {
    child::process("a_wait_closed_by_another_task_ends_in_time_though_signals_come", || {
        told_in_time(30, SIGNALS);
    });
}

#[test]
fn a_wait_closed_by_another_task_ends_in_time_among_a_few() {
    child::process("a_wait_closed_by_another_task_ends_in_time_among_a_few", || {
        told_in_time(3, BOTH);
    });
}

#[test]
fn a_wait_closed_by_another_task_ends_in_time_among_a_thousand() {
    child::process("a_wait_closed_by_another_task_ends_in_time_among_a_thousand", || {
        told_in_time(1000, NEITHER);
    });
}

#[test]
fn a_wait_closed_by_another_task_ends_in_time_among_a_thousand_while_all_is_busy() {
    let name = "a_wait_closed_by_another_task_ends_in_time_among_a_thousand_while_all_is_busy";
    child::process(name, || told_in_time(1000, BOTH));
}

/// The descriptor of this process that the kernel calls so.
fn descriptor(kind: &str) -> RawFd {
    let fds = fs::read_dir("/proc/self/fd").expect("there is a /proc");
    let mut fds = fds.filter_map(|fd| {
        let path = fd.ok()?.path();
        let is_it = fs::read_link(&path).ok()?.to_str()? == format!("anon_inode:[{kind}]");
        is_it.then(|| path.file_name()?.to_str()?.parse().ok())?
    });
    fds.next().unwrap_or_else(|| panic!("the poller has no {kind}"))
}

/// A pause, with descriptors that were there before: it takes none of the numbers that are free.
struct Pause(UnixStream, UnixStream);

impl Pause {
    fn new() -> Pause {
        let (here, there) = pair();
        Pause(here, there)
    }

    async fn wait(self, co: &genlab::Co, time: Duration) -> io::Result<()> {
        let Pause(mut here, mut there) = self;
        thread::spawn(move || {
            thread::park_timeout(time);
            there.write_all(b".").expect("a socket takes a byte");
        });
        co.yield_((Op::Recv, here.as_raw_fd())).await;
        here.read_exact(&mut [0])
    }
}

/// A task closes a descriptor of the poller; if `reused`, the number is a socket's by then.
fn a_stray_close_loses_nobody(kind: &'static str, reused: bool) {
    const MANY: usize = 40;
    let tasks = Tasks::new();
    let served = Rc::new(Cell::new(0));
    let others = crowd(&tasks, MANY, &served);
    let pauses = [Pause::new(), Pause::new(), Pause::new()];
    let (here, mut there) = pair();
    here.set_nonblocking(true).expect("a socket can be set up");
    tasks.append(task(move |co| async move {
        let [first, second, third] = pauses;
        // By now all are registered.
        child::rounds(&co, 100).await?;
        first.wait(&co, Duration::from_millis(100)).await?;
        let fd = descriptor(kind);
        // SAFETY: none: that it is ours to close is the mistake.
        let mut stray = unsafe { OwnedFd::from_raw_fd(fd) };
        let new = if reused {
            rustix::io::dup2(&here, &mut stray)?;
            Some(UnixStream::from(stray))
        } else {
            drop(stray);
            None
        };
        let used = cpu_of_this_thread();
        second.wait(&co, Duration::from_secs(1)).await?;
        let used = cpu_of_this_thread() - used;
        assert!(used < Duration::from_millis(200), "{used:?} in a quiet second");
        for mut other in &others {
            other.write_all(b".")?;
        }
        third.wait(&co, Duration::from_millis(500)).await?;
        if let Some(mut new) = new {
            there.write_all(b"still the same?")?;
            let mut words = [0; 15];
            new.read_exact(&mut words)?;
            assert_eq!(&words, b"still the same?");
        }
        Ok(())
    }));
    child::run_well(&tasks);
    assert_eq!(served.get(), MANY);
}

/// It is said, once.
fn stray_close(name: &str, body: impl FnOnce()) {
    if let Some(stderr) = child::process(name, body) {
        let said = stderr.matches("cannot wait for descriptors: ").count();
        assert_eq!(said, 1, "{stderr}");
    }
}

#[test]
fn the_pollers_own_descriptor_closed_by_a_task_loses_nobody() {
    stray_close("the_pollers_own_descriptor_closed_by_a_task_loses_nobody", || {
        a_stray_close_loses_nobody("eventpoll", false);
    });
}

#[test]
fn the_pollers_own_descriptor_closed_and_reused_loses_nobody() {
    stray_close("the_pollers_own_descriptor_closed_and_reused_loses_nobody", || {
        a_stray_close_loses_nobody("eventpoll", true);
    });
}

#[test]
fn the_pollers_eventfd_closed_by_a_task_loses_nobody() {
    stray_close("the_pollers_eventfd_closed_by_a_task_loses_nobody", || {
        a_stray_close_loses_nobody("eventfd", false);
    });
}

#[test]
fn the_pollers_eventfd_closed_and_reused_loses_nobody() {
    stray_close("the_pollers_eventfd_closed_and_reused_loses_nobody", || {
        a_stray_close_loses_nobody("eventfd", true);
    });
}

#[test]
fn the_pollers_timerfd_closed_by_a_task_loses_nobody() {
    stray_close("the_pollers_timerfd_closed_by_a_task_loses_nobody", || {
        a_stray_close_loses_nobody("timerfd", false);
    });
}

#[test]
fn the_pollers_timerfd_closed_and_reused_loses_nobody() {
    stray_close("the_pollers_timerfd_closed_and_reused_loses_nobody", || {
        a_stray_close_loses_nobody("timerfd", true);
    });
}
