//! What is asked of the operating system itself: all that is `unsafe` in this crate, and nearly all that
//! differs between systems; the rest is the timer, `Socket::set_reuse_address`, and the traits that give
//! out a socket's number.
//!
//! A descriptor is a number, and a task may close it while another one waits for it. So each function
//! here takes numbers that may mean nothing any more, and says what the kernel answers.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::io;
use std::mem;
use std::time::Duration;

use polling::{Event, Events};

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;

/// Why a task yields: the first half of the pair, Python's `'recv'` or `'send'`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// The task wants to receive: data, a connection to accept, or the end of file.
    Recv,
    /// The task wants to send at least one byte.
    Send,
}

/// What the poller is to watch a descriptor for: either half of the pair, or both.
#[derive(Clone, Copy, Default)]
pub(crate) struct Interest {
    pub(crate) recv: bool,
    pub(crate) send: bool,
}

impl Interest {
    pub(crate) fn of(&mut self, op: Op) -> &mut bool {
        match op {
            Op::Recv => &mut self.recv,
            Op::Send => &mut self.send,
        }
    }

    pub(crate) fn is_some(self) -> bool {
        self.recv || self.send
    }

    fn event(self, fd: RawFd) -> Event {
        Event::new(fd as usize, self.recv, self.send)
    }
}

/// polling's poller (epoll on Linux, kqueue on macOS and the BSDs, IOCP on Windows), which takes
/// numbers instead of files.
pub(crate) struct Poller {
    poller: polling::Poller,
    events: Events,
    #[cfg(windows)]
    duplicates: std::collections::BTreeMap<RawFd, socket2::Socket>,
}

impl Poller {
    pub(crate) fn new() -> io::Result<Poller> {
        Ok(Poller {
            poller: polling::Poller::new()?,
            events: Events::new(),
            #[cfg(windows)]
            duplicates: Default::default(),
        })
    }

    /// Sleeps until some of those who are registered can go on, but no longer than `timeout`, and
    /// says which. One signal or another does not end it.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<Vec<RawFd>> {
        self.events.clear();
        self.poller.wait(&mut self.events, timeout)?;
        Ok(self.events.iter().map(|event| event.key as RawFd).collect())
    }

    /// Gives up a poller whose own descriptor somebody has closed. The number may be another file's
    /// by now, so it must not be closed a second time.
    pub(crate) fn abandon(self) {
        mem::forget(self.poller);
    }
}

// SAFETY: this is how the C library declares it. It keeps the function's address, and a function lives
// as long as the process.
unsafe extern "C" {
    safe fn atexit(function: extern "C" fn()) -> c_int;
}

/// Has `function` called when the process ends by `exit` or by the end of `main`.
pub(crate) fn at_exit(function: extern "C" fn()) {
    atexit(function); // it fails if there is no memory: then nothing is called
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsFd, BorrowedFd};
    pub use std::os::fd::{AsRawFd, RawFd};
    use std::{io, slice};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::io::fcntl_getfd;
    use socket2::{Domain, Socket, Type};

    use super::{Interest, Op, Poller};

    /// A question to the kernel: whether a descriptor is ready. It has room for the answer.
    pub(crate) type Question = PollFd<'static>;

    pub(crate) fn question(op: Op, fd: RawFd) -> Question {
        let flags = match op {
            // Urgent data (PRI) counts as well: the poller reports it, and `recv` takes it away.
            Op::Recv => PollFlags::IN | PollFlags::PRI,
            Op::Send => PollFlags::OUT,
        };
        PollFd::from_borrowed_fd(borrow(fd), flags)
    }

    /// Puts all the questions with one `poll(2)`, which never sleeps.
    pub(crate) fn ask(questions: &mut [Question]) {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        // The kernel refuses a list longer than the limit on descriptors: then one question a call.
        if poll(questions, Some(&now)) == Err(Errno::INVAL) {
            for one in questions {
                let _ = poll(slice::from_mut(one), Some(&now));
            }
        }
    }

    pub(crate) fn is_ready(answer: &Question) -> bool {
        !answer.revents().is_empty()
    }

    /// Whether the number means no file. `poll(2)` alone does not know it: on macOS it says `NVAL` of
    /// open terminals, too.
    pub(crate) fn is_closed(answer: &Question) -> bool {
        answer.revents().contains(PollFlags::NVAL) && fcntl_getfd(answer.as_fd()).is_err()
    }

    pub(crate) fn is_negative(fd: RawFd) -> bool {
        fd < 0
    }

    pub(crate) fn is_open(fd: RawFd) -> bool {
        !is_negative(fd) && fcntl_getfd(borrow(fd)).is_ok()
    }

    /// Whether a write of a short line to `fd` would probably not block now.
    pub(crate) fn can_take(fd: i32) -> bool {
        let mut questions = [question(Op::Send, fd)];
        ask(&mut questions);
        is_ready(&questions[0])
    }

    impl Poller {
        /// Watches `fd` from now on, once, or changes what it is watched for.
        pub(crate) fn register(&mut self, fd: RawFd, interest: Interest) -> io::Result<()> {
            // SAFETY: `add` wants the descriptor deleted before it is closed, lest a later file with
            // its number be mistaken for it. `select` deletes it when it is reported. Should a task
            // close it before, the kernel forgets it then or, if the file has another number as well,
            // reports the old one once. For `select` that is a hint to ask what the number means
            // now, never a reason to resume a task.
            let added = unsafe { self.poller.add(fd, interest.event(fd)) };
            added.or_else(|_| self.poller.modify(borrow(fd), interest.event(fd)))
        }

        /// An error says that what was registered is no longer what `fd` means. (kqueue says nothing.)
        pub(crate) fn unregister(&mut self, fd: RawFd) -> io::Result<()> {
            self.poller.delete(borrow(fd))
        }

        /// Whether what was registered is still what `fd` means.
        pub(crate) fn knows(&self, fd: RawFd, interest: Interest) -> bool {
            self.poller.modify(borrow(fd), interest.event(fd)).is_ok()
        }

        /// The question whether there is something to report. Without one, `wait` has to be called.
        pub(crate) fn question(&self) -> Option<Question> {
            // epoll's descriptor is ready then. kqueue's is, too, but macOS answers `NVAL`.
            #[cfg(any(target_os = "linux", target_os = "android"))]
            return Some(question(Op::Recv, self.poller.as_raw_fd()));
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            return None;
        }
    }

    fn borrow(fd: RawFd) -> BorrowedFd<'static> {
        // SAFETY: `fd` is not negative, since a waiting area refuses those. It may be closed, but what
        // is borrowed goes only into `poll`, `fcntl` and the calls of epoll or kqueue, which look
        // the number up and answer NVAL, EBADF or ENOENT if it means nothing: no memory depends on
        // it, and no data is read from or written to the file.
        unsafe { BorrowedFd::borrow_raw(fd) }
    }

    /// `accept` fails because no descriptor or no memory is left.
    pub(crate) const NONE_LEFT: [i32; 4] = [
        Errno::MFILE.raw_os_error(),
        Errno::NFILE.raw_os_error(),
        Errno::NOBUFS.raw_os_error(),
        Errno::NOMEM.raw_os_error(),
    ];

    /// `accept` fails because the socket is none that can listen.
    pub(crate) const NO_LISTENER: [i32; 3] = [
        Errno::BADF.raw_os_error(),
        Errno::NOTSOCK.raw_os_error(),
        Errno::OPNOTSUPP.raw_os_error(),
    ];

    /// Something is not as a call wants it.
    pub(crate) const INVALID: i32 = Errno::INVAL.raw_os_error();

    /// `connect` has only begun.
    pub(crate) const CONNECTING: i32 = Errno::INPROGRESS.raw_os_error();

    /// Two sockets that are connected to each other.
    pub(crate) fn socketpair() -> io::Result<(Socket, Socket)> {
        Socket::pair(Domain::UNIX, Type::STREAM, None)
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::os::windows::io::{AsRawSocket, BorrowedSocket};

    use socket2::{SockRef, Socket};
    use windows_sys::Win32::Foundation::CompareObjectHandles;
    use windows_sys::Win32::Networking::WinSock::{
        INVALID_SOCKET, POLLIN, POLLNVAL, POLLOUT, SOCKET, WSAEBADF, WSAEINVAL, WSAEMFILE,
        WSAENOBUFS, WSAENOTSOCK, WSAEOPNOTSUPP, WSAEWOULDBLOCK, WSAPOLLFD, WSAPoll,
    };

    use super::{Interest, Op, Poller};

    /// The number of a socket. Windows calls it a handle.
    pub type RawFd = std::os::windows::io::RawSocket;

    /// What has such a number: what `std::os::fd::AsRawFd` is on Unix.
    pub trait AsRawFd {
        /// The number.
        fn as_raw_fd(&self) -> RawFd;
    }

    impl<T: AsRawSocket> AsRawFd for T {
        fn as_raw_fd(&self) -> RawFd {
            self.as_raw_socket()
        }
    }

    /// A question to the kernel: whether a socket is ready. It has room for the answer.
    pub(crate) type Question = WSAPOLLFD;

    pub(crate) fn question(op: Op, fd: RawFd) -> Question {
        let events = if op == Op::Recv { POLLIN } else { POLLOUT };
        WSAPOLLFD { fd: fd as SOCKET, events, revents: 0 }
    }

    /// Puts all the questions with one `WSAPoll`, which does not sleep here.
    pub(crate) fn ask(questions: &mut [Question]) {
        if !questions.is_empty() {
            // SAFETY: the pointer and the length are those of one exclusive slice. Numbers that are no
            // open sockets are answered with POLLNVAL, also where the call as a whole then fails.
            unsafe { WSAPoll(questions.as_mut_ptr(), questions.len() as u32, 0) };
        }
    }

    pub(crate) fn is_ready(answer: &Question) -> bool {
        answer.revents != 0
    }

    pub(crate) fn is_closed(answer: &Question) -> bool {
        answer.revents & POLLNVAL != 0
    }

    pub(crate) fn is_negative(fd: RawFd) -> bool {
        fd as SOCKET == INVALID_SOCKET
    }

    pub(crate) fn is_open(fd: RawFd) -> bool {
        borrow(fd).is_ok_and(|socket| SockRef::from(&socket).r#type().is_ok())
    }

    /// No question may be put to a console, nor to a pipe.
    pub(crate) fn can_take(_fd: i32) -> bool {
        false
    }

    impl Poller {
        /// Watches `fd` from now on, once, or changes what it is watched for.
        ///
        /// polling waits for ever if a registered socket is closed. So it is given a duplicate, which
        /// nobody else can close.
        pub(crate) fn register(&mut self, fd: RawFd, interest: Interest) -> io::Result<()> {
            if self.duplicates.contains_key(&fd) && !self.knows(fd, interest) {
                let _ = self.unregister(fd); // of a socket that had this number before
            }
            if let Some(duplicate) = self.duplicates.get(&fd) {
                return self.poller.modify(duplicate, interest.event(fd));
            }
            let duplicate = Socket::from(borrow(fd)?.try_clone_to_owned()?);
            // SAFETY: the duplicate is deleted from the poller before it is dropped.
            unsafe { self.poller.add(&duplicate, interest.event(fd))? };
            self.duplicates.insert(fd, duplicate);
            Ok(())
        }

        /// An error says that what was registered is no longer what `fd` means.
        pub(crate) fn unregister(&mut self, fd: RawFd) -> io::Result<()> {
            let known = self.knows(fd, Interest::default());
            if let Some(duplicate) = self.duplicates.remove(&fd) {
                self.poller.delete(&duplicate)?;
            }
            if known { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
        }

        /// Whether what was registered is still what `fd` means.
        pub(crate) fn knows(&self, fd: RawFd, _: Interest) -> bool {
            let duplicate = self.duplicates.get(&fd).map(AsRawSocket::as_raw_socket);
            // SAFETY: two numbers are compared; one that means nothing is equal to none.
            duplicate.is_some_and(|it| unsafe { CompareObjectHandles(fd as _, it as _) != 0 })
        }

        /// The poller is no socket, so no question can be put about it: `wait` has to be called.
        pub(crate) fn question(&self) -> Option<Question> {
            None
        }
    }

    fn borrow(fd: RawFd) -> io::Result<BorrowedSocket<'static>> {
        if is_negative(fd) {
            return Err(io::Error::from_raw_os_error(WSAENOTSOCK));
        }
        // SAFETY: it is not INVALID_SOCKET. It may be closed, but what is borrowed is only duplicated
        // or asked for its type, which fail then.
        Ok(unsafe { BorrowedSocket::borrow_raw(fd) })
    }

    /// `accept` fails because no socket or no memory is left.
    pub(crate) const NONE_LEFT: [i32; 2] = [WSAEMFILE, WSAENOBUFS];

    /// `accept` fails because the socket is none that can listen.
    pub(crate) const NO_LISTENER: [i32; 4] = [WSAEBADF, WSAENOTSOCK, WSAEOPNOTSUPP, WSAEINVAL];

    /// Something is not as a call wants it.
    pub(crate) const INVALID: i32 = WSAEINVAL;

    /// `connect` has only begun.
    pub(crate) const CONNECTING: i32 = WSAEWOULDBLOCK;

    /// Two sockets that are connected to each other.
    pub(crate) fn socketpair() -> io::Result<(Socket, Socket)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let here = TcpStream::connect(listener.local_addr()?)?;
        here.set_nodelay(true)?;
        loop {
            // Another program may have connected first: then take the next one.
            let (there, address) = listener.accept()?;
            if address == here.local_addr()? {
                there.set_nodelay(true)?;
                return Ok((here.into(), there.into()));
            }
        }
    }
}
