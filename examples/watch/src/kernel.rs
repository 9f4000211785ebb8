//! What has arrived in the kernel and was not received yet.

use genlab::RawFd;

/// What is to be seen of a connection.
#[derive(Default)]
pub struct Seen {
    /// What can be received, the first of it, and how much there is.
    pub bytes: Vec<u8>,
    pub len: usize,
    pub closed: bool,
    pub reset: bool,
}

/// Of what can be received, so much is looked at.
const LOOK: usize = 256;
/// And no more than so much of what was seen before.
const MOST: usize = 8 * 1024;

/// Looks at these connections; of each it is known how much of what can be received was seen already.
///
/// The numbers should be of open connections: another would be told nothing of, or be looked at in
/// vain. Nothing is taken away.
#[cfg(unix)]
pub fn look(connections: &[(RawFd, usize)]) -> Vec<Seen> {
    #[cfg(target_os = "linux")]
    const CLOSED: libc::c_short = libc::POLLRDHUP;
    #[cfg(not(target_os = "linux"))]
    const CLOSED: libc::c_short = 0;
    let question =
        |&(fd, _): &(RawFd, usize)| libc::pollfd { fd, events: libc::POLLIN | CLOSED, revents: 0 };
    let mut answers: Vec<libc::pollfd> = connections.iter().map(question).collect();
    // SAFETY: the pointer and the length are those of one exclusive vector, whose elements are made.
    unsafe { libc::poll(answers.as_mut_ptr(), answers.len() as libc::nfds_t, 0) };
    let seen = |(answer, &(fd, before)): (&libc::pollfd, &(RawFd, usize))| {
        let mut seen = Seen {
            closed: answer.revents & CLOSED != 0,
            reset: answer.revents & libc::POLLERR != 0,
            len: before,
            ..Seen::default()
        };
        // To look at a connection that was reset would take its error away.
        if answer.revents & libc::POLLIN == 0 || seen.reset {
            return seen;
        }
        let mut bytes = vec![0; before.min(MOST) + LOOK];
        // SAFETY: the pointer and the length are those of one exclusive vector of bytes, and the call
        // writes nowhere else. A number that is no socket is an error, and changes nothing.
        let n = unsafe {
            libc::recv(
                fd,
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                libc::MSG_PEEK | libc::MSG_DONTWAIT,
            )
        };
        let n = usize::try_from(n).unwrap_or(0);
        seen.closed |= n == 0;
        seen.len = n;
        if n == bytes.len() {
            let mut len: libc::c_int = 0;
            // SAFETY: FIONREAD writes one `c_int`, to where the pointer points.
            if unsafe { libc::ioctl(fd, libc::FIONREAD, &mut len) } == 0 {
                seen.len = usize::try_from(len).unwrap_or(n).max(n);
            }
        }
        bytes.truncate(n);
        seen.bytes = bytes;
        seen
    };
    answers.iter().zip(connections).map(seen).collect()
}

/// How many connections wait to be accepted.
#[cfg(unix)]
pub fn backlog(fd: RawFd) -> usize {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: an all-zero `tcp_info` is one: it has nothing but numbers.
        let mut info: libc::tcp_info = unsafe { std::mem::zeroed() };
        let mut len = size_of::<libc::tcp_info>() as libc::socklen_t;
        let place = (&raw mut info).cast();
        // SAFETY: the call writes at most `len` bytes to `place`, which is as large.
        let got =
            unsafe { libc::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, place, &mut len) };
        const LISTEN: u8 = 10; // of a socket that listens, the kernel tells here who waits
        if got == 0 && info.tcpi_state == LISTEN { info.tcpi_unacked as usize } else { 0 }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = fd;
        0
    }
}

#[cfg(not(unix))]
pub fn look(connections: &[(RawFd, usize)]) -> Vec<Seen> {
    let nothing = |&(_, before): &(RawFd, usize)| Seen { len: before, ..Seen::default() };
    connections.iter().map(nothing).collect()
}

#[cfg(not(unix))]
pub fn backlog(_fd: RawFd) -> usize {
    0
}
