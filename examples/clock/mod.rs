//! Time is a descriptor too: one from which a task can receive when the time has come.
#![allow(dead_code)] // no example needs all of it

use std::io;
use std::time::Duration;

use genlab::Co;
pub use timer::Timer;

/// Sleeps: `sleep(&co, Duration::from_secs(1)).await` is Python's `yield from sleep(1)`.
pub async fn sleep(co: &Co, time: Duration) -> io::Result<()> {
    Timer::new()?.sleep(co, time).await
}

#[cfg(target_os = "linux")]
mod timer {
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    use genlab::{Co, Op};
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };

    /// The descriptor. Made in advance, it serves also when there is none left to make another.
    pub struct Timer(File);

    impl Timer {
        pub fn new() -> io::Result<Timer> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            Ok(Timer(timerfd_create(TimerfdClockId::Monotonic, flags)?.into()))
        }

        pub async fn sleep(&self, co: &Co, time: Duration) -> io::Result<()> {
            let time = time.max(Duration::from_nanos(1)); // none at all would mean: never
            let it_value =
                Timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos().into() };
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 }; // once
            let time = Itimerspec { it_interval, it_value };
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &time)?;
            loop {
                co.yield_((Op::Recv, self.0.as_raw_fd())).await;
                // Eight bytes: how often it went off. None yet: woken for nothing.
                match (&self.0).read(&mut [0; 8]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
                    result => return result.map(drop),
                }
            }
        }
    }
}

/// Elsewhere no descriptor knows the time: a thread sleeps, and sends a byte when it wakes.
#[cfg(not(target_os = "linux"))]
mod timer {
    use std::io::{self, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    use genlab::{Co, GenSocket};

    pub struct Timer(GenSocket, Arc<UnixStream>);

    impl Timer {
        pub fn new() -> io::Result<Timer> {
            let (task, thread) = UnixStream::pair()?;
            Ok(Timer(GenSocket::new(OwnedFd::from(task))?, Arc::new(thread)))
        }

        pub async fn sleep(&self, co: &Co, time: Duration) -> io::Result<()> {
            let stream = Arc::clone(&self.1);
            thread::Builder::new().spawn(move || {
                thread::sleep(time);
                (&*stream).write_all(b".")
            })?;
            self.0.recv(co, 1).await.map(drop)
        }
    }
}
