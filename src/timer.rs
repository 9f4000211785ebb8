//! Time is a descriptor too: one from which a task can receive when the time has come.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use crate::task::Co;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use thread as system;
#[cfg(any(target_os = "linux", target_os = "android"))]
use timerfd as system;

/// Sleeps: `sleep(&co, Duration::from_secs(1)).await` is Python's `yield from sleep(1)`.
///
/// The task waits, not the thread: all others go on.
///
/// ```
/// use std::time::{Duration, Instant};
/// use genlab::{Tasks, run, sleep, task};
///
/// let tasks = Tasks::new();
/// for _ in 0..10 {
///     tasks.append(task(|co| async move { sleep(&co, Duration::from_millis(100)).await }));
/// }
/// let start = Instant::now();
/// assert!(run(&tasks).is_success());
/// assert!(start.elapsed() >= Duration::from_millis(100)); // all at the same time
/// ```
///
/// # Errors
///
/// When no descriptor is left for a timer.
pub async fn sleep(co: &Co, time: Duration) -> io::Result<()> {
    Timer::new()?.sleep(co, time).await
}

/// A clock that a task can wait for. Made in advance, it serves also when there is no descriptor
/// left to make another.
///
/// On Linux it is the kernel's (`timerfd`). Elsewhere it is a pair of sockets, and one thread, which
/// all timers of the process share, sends a byte when the time has come.
///
/// ```
/// use std::time::Duration;
/// use genlab::{Tasks, Timer, print, run, task};
///
/// let tasks = Tasks::new();
/// tasks.append(task(|co| async move {
///     let timer = Timer::new()?;
///     for n in [3, 2, 1] {
///         print(format!("T-minus {n}"));
///         timer.sleep(&co, Duration::from_millis(10)).await?;
///     }
///     Ok(())
/// }));
/// assert!(run(&tasks).is_success());
/// ```
#[derive(Debug)]
pub struct Timer {
    timer: system::Timer,
    in_use: Cell<bool>,
}

impl Timer {
    /// Makes a timer.
    ///
    /// # Errors
    ///
    /// When no descriptor is left for it.
    pub fn new() -> io::Result<Timer> {
        Ok(Timer { timer: system::Timer::new()?, in_use: Cell::new(false) })
    }

    /// Sleeps for at least so long. `Duration::MAX` is for ever.
    ///
    /// # Errors
    ///
    /// When another task sleeps with this timer: it is for one at a time.
    pub async fn sleep(&self, co: &Co, time: Duration) -> io::Result<()> {
        /// A sleep that is given up ends, too.
        struct Sleep<'a>(&'a Cell<bool>);
        impl Drop for Sleep<'_> {
            fn drop(&mut self) {
                self.0.set(false);
            }
        }
        if self.in_use.replace(true) {
            return Err(io::Error::other("another task sleeps with this timer already"));
        }
        let _sleep = Sleep(&self.in_use);
        self.timer.sleep(co, time).await
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod timerfd {
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };

    use crate::os::Op;
    use crate::task::Co;

    #[derive(Debug)]
    pub struct Timer(File);

    impl Timer {
        pub fn new() -> io::Result<Timer> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            Ok(Timer(timerfd_create(TimerfdClockId::Monotonic, flags)?.into()))
        }

        pub async fn sleep(&self, co: &Co, time: Duration) -> io::Result<()> {
            let time = time.max(Duration::from_nanos(1)); // none at all would mean: never
            let it_value = Timespec {
                tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: time.subsec_nanos().into(),
            };
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 }; // once
            let time = Itimerspec { it_interval, it_value };
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &time)?;
            loop {
                co.yield_((Op::Recv, self.0.as_raw_fd())).await;
                // It gives eight bytes, how often it went off; `WouldBlock` means it was woken for nothing.
                match (&self.0).read(&mut [0; 8]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
                    result => return result.map(drop),
                }
            }
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod thread {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::io::{self, ErrorKind, Read};
    use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
    use std::thread;
    use std::time::{Duration, Instant};

    use socket2::Socket;

    use crate::os::{AsRawFd, Op, socketpair};
    use crate::task::Co;

    /// When, and a number of its own, since two may be due at the same time.
    type Due = (Instant, u64);

    /// All that sleep, for the thread, which is told when the first of them is another one.
    static SLEEPS: Mutex<Sleeps> =
        Mutex::new(Sleeps { due: BTreeMap::new(), number: 0, thread: false });
    static FIRST: Condvar = Condvar::new();

    struct Sleeps {
        due: BTreeMap<Due, Arc<Socket>>,
        number: u64,
        thread: bool,
    }

    fn sleeps() -> MutexGuard<'static, Sleeps> {
        SLEEPS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[derive(Debug)]
    pub struct Timer {
        task: Socket,
        bell: Arc<Socket>,
        due: Cell<Option<Due>>,
    }

    impl Timer {
        pub fn new() -> io::Result<Timer> {
            let mut sleeps = sleeps();
            if !sleeps.thread {
                thread::Builder::new().name("timer".into()).spawn(ring)?;
                sleeps.thread = true;
            }
            let (task, bell) = socketpair()?;
            task.set_nonblocking(true)?;
            bell.set_nonblocking(true)?;
            Ok(Timer { task, bell: Arc::new(bell), due: Cell::new(None) })
        }

        pub async fn sleep(&self, co: &Co, time: Duration) -> io::Result<()> {
            self.forget();
            while (&self.task).read(&mut [0; 8]).is_ok() {} // from a sleep that was given up
            if let Some(time) = Instant::now().checked_add(time) {
                let mut sleeps = sleeps();
                sleeps.number += 1;
                let due = (time, sleeps.number);
                sleeps.due.insert(due, Arc::clone(&self.bell));
                self.due.set(Some(due));
                FIRST.notify_one();
            }
            loop {
                co.yield_((Op::Recv, self.task.as_raw_fd())).await;
                match (&self.task).read(&mut [0; 8]) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => (), // woken for nothing
                    result => return result.map(drop),
                }
            }
        }

        fn forget(&self) {
            if let Some(due) = self.due.take() {
                sleeps().due.remove(&due);
            }
        }
    }

    impl Drop for Timer {
        fn drop(&mut self) {
            self.forget();
        }
    }

    /// What the thread does, for ever.
    fn ring() {
        let mut sleeps = sleeps();
        loop {
            let first = sleeps.due.first_key_value().map(|(due, _)| due.0);
            let wait = first.map(|time| time.saturating_duration_since(Instant::now()));
            sleeps = match wait {
                None => FIRST.wait(sleeps).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    if let Some((_, bell)) = sleeps.due.pop_first() {
                        let _ = bell.send(b"."); // there is room: it is the only byte
                    }
                    sleeps
                }
                Some(wait) => {
                    FIRST.wait_timeout(sleeps, wait).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
