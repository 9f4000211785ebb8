//! A server process: started, watched, and gone at the end.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::{DEADLINE, Result, Tried, process};

/// Looks again and again until `ready` says yes; an error, with `what` in it, at the deadline.
pub fn wait_until(what: &str, mut ready: impl FnMut() -> bool) -> Result {
    let start = Instant::now();
    while !ready() {
        if start.elapsed() > DEADLINE {
            return Err(format!("{what}: not within {} s", DEADLINE.as_secs()));
        }
        thread::park_timeout(Duration::from_millis(2));
    }
    Ok(())
}

/// The `echo` example, built once for each process that asks.
fn echo_program() -> Result<PathBuf> {
    static ECHO: OnceLock<Result<PathBuf>> = OnceLock::new();
    let build = || {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["build", "--example", "echo", "-p", "genlab", "--message-format=json"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let output = cargo
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::piped())
            .output()
            .tried("start cargo")?;
        // What cargo built, it names in one JSON object a line; only programs have this key.
        let text = String::from_utf8_lossy(&output.stdout);
        let path = text.lines().filter_map(|line| line.split_once("\"executable\":\"")).next_back();
        match path.and_then(|(_, rest)| rest.split_once('"')) {
            Some((path, _)) if output.status.success() => Ok(PathBuf::from(path)),
            _ => Err(format!("cannot build echo: {}", String::from_utf8_lossy(&output.stderr))),
        }
    };
    ECHO.get_or_init(build).clone()
}

/// The command that starts `echo` on any free port of this machine.
pub fn echo() -> Result<Command> {
    let mut echo = Command::new(echo_program()?);
    echo.arg("127.0.0.1:0");
    Ok(echo)
}

/// A command in a line of words, as one would type it.
pub fn command(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec {line}"));
    command
}

/// The command, with room for so many descriptors: `ulimit -n`.
pub fn limit_descriptors(mut command: Command, most: u64) -> Command {
    let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
    // SAFETY: between fork and exec, one system call on memory that is there.
    unsafe {
        command.pre_exec(move || match libc::setrlimit(libc::RLIMIT_NOFILE, &limit) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        });
    }
    command
}

/// The command, as one who may have no more than this one thread: `ulimit -u 1`. Root is exempt from
/// that, so it becomes somebody else first.
pub fn without_threads(command: Command) -> Result<Command> {
    // That one may not even look into the directory of the program. So it starts from memory.
    // SAFETY: the name is a C string; what comes back is a descriptor of our own, or -1.
    let mut memory = unsafe {
        match libc::memfd_create(c"program".as_ptr(), libc::MFD_CLOEXEC) {
            fd @ 0.. => File::from_raw_fd(fd),
            _ => return Err(io::Error::last_os_error()).tried("copy a program"),
        }
    };
    let copied = File::open(command.get_program())
        .and_then(|mut program| io::copy(&mut program, &mut memory))
        .and_then(|_| File::open(format!("/proc/self/fd/{}", memory.as_raw_fd())));
    let program = copied.tried("copy a program")?;
    drop(memory); // what is open to be written cannot be started
    let mut limited = Command::new(format!("/proc/self/fd/{}", program.as_raw_fd()));
    limited.args(command.get_args());
    // A number that nobody else has: the limit is for all processes of one user.
    let user = 100_000 + std::process::id();
    let limit = libc::rlimit { rlim_cur: 1, rlim_max: 1 };
    let ok = |result| if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
    // SAFETY: between fork and exec, system calls on memory that is there.
    unsafe {
        limited.pre_exec(move || {
            let _open_until_the_exec = &program;
            if libc::geteuid() == 0 {
                ok(libc::setgroups(0, std::ptr::null()))?;
                ok(libc::setgid(user))?;
                ok(libc::setuid(user))?;
            }
            ok(libc::setrlimit(libc::RLIMIT_NPROC, &limit))
        });
    }
    Ok(limited)
}

/// The command, with SIGINT as a terminal has it: a shell ignores it for what runs in the background.
pub fn interruptible(mut command: Command) -> Command {
    // SAFETY: between fork and exec, one system call on the child's own signals.
    unsafe {
        command.pre_exec(|| match libc::signal(libc::SIGINT, libc::SIG_DFL) {
            libc::SIG_ERR => Err(io::Error::last_os_error()),
            _ => Ok(()),
        });
    }
    command
}

/// The command, with the descriptors closed that it would print to: `>&- 2>&-`.
pub fn deaf(mut command: Command, closed: &'static [i32]) -> Command {
    // SAFETY: between fork and exec, system calls on descriptors of the child only.
    unsafe {
        command.pre_exec(move || {
            closed.iter().for_each(|&fd| _ = libc::close(fd));
            Ok(())
        });
    }
    command
}

/// A pipe: the end to read from, and the end to write to.
pub fn pipe() -> Result<(File, File)> {
    let mut ends = [-1; 2];
    // SAFETY: the pointer is that of an array of two; then both are descriptors of our own.
    unsafe {
        match libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) {
            0 => Ok((File::from_raw_fd(ends[0]), File::from_raw_fd(ends[1]))),
            _ => Err(io::Error::last_os_error()).tried("make a pipe"),
        }
    }
}

/// A terminal: the side that shows what is printed, and the one to print to.
pub fn terminal() -> Result<(File, File)> {
    let failed = |what| Err(io::Error::last_os_error()).tried(what);
    // SAFETY: a descriptor that the kernel has just made for us, and a name that fits into its array,
    // with a zero at its end.
    unsafe {
        let fd = libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC);
        if fd < 0 {
            return failed("make a terminal");
        }
        let screen = File::from_raw_fd(fd);
        let mut name = [0; 64];
        if libc::grantpt(fd) != 0
            || libc::unlockpt(fd) != 0
            || libc::ptsname_r(fd, name.as_mut_ptr(), name.len()) != 0
        {
            return failed("make a terminal");
        }
        let other = libc::open(name.as_ptr(), libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC);
        if other < 0 {
            return failed("open a terminal");
        }
        Ok((screen, File::from_raw_fd(other)))
    }
}

/// A pipe that is full, and that nobody reads as long as this lives.
#[derive(Debug)]
pub struct FullPipe {
    _reader: File,
    writer: File,
}

impl FullPipe {
    /// Makes one, and fills it.
    pub fn new() -> Result<FullPipe> {
        let (reader, mut writer) = pipe()?;
        // SAFETY: flags of a descriptor that is ours.
        unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
        while writer.write(&[b'.'; 4096]).is_ok() {}
        // SAFETY: as above. Whoever gets this end must block on it, as on any pipe.
        unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, 0) };
        Ok(FullPipe { _reader: reader, writer })
    }

    /// The end to print to.
    pub fn end(&self) -> Result<Stdio> {
        Ok(self.writer.try_clone().tried("duplicate a pipe")?.into())
    }
}

/// The lines that a process has printed so far.
#[derive(Debug, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn of(stream: Option<impl Read + Send + 'static>) -> Lines {
        let lines = Lines::default();
        if let Some(stream) = stream {
            let lines = Lines(Arc::clone(&lines.0));
            thread::spawn(move || {
                for line in BufReader::new(stream).split(b'\n').map_while(io::Result::ok) {
                    lines.0.lock().unwrap().push(String::from_utf8_lossy(&line).into_owned());
                }
            });
        }
        lines
    }

    /// Whether all lines are there: nobody reads on.
    fn is_complete(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    fn get(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A server that runs until this is dropped, and the lines that it prints.
///
/// A line on its stderr that nobody has asked for fails the test: a task of the server has failed or
/// panicked, and `run` has caught it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    stdout: Lines,
    stderr: Lines,
    /// What may begin a line on its stderr; none means that it is somebody else's server.
    asked_for: Option<Vec<&'static str>>,
}

impl Server {
    /// Starts `echo` on a port of its own and waits until it listens.
    pub fn echo() -> Result<Server> {
        Server::start(echo()?)
    }

    /// Starts a server that prints `Server running on ADDRESS`, and waits for that.
    pub fn start(command: Command) -> Result<Server> {
        let mut server = Server::spawn(command, true, true)?;
        server.asked_for = Some(Vec::new());
        server.wait_for("its first line", |server| {
            let line = server.stdout().into_iter().next()?;
            line.strip_prefix("Server running on ")?.parse().ok()
        })?;
        Ok(server)
    }

    /// Starts a server whose stdout or stderr are not ours, and waits until it listens.
    pub fn start_unheard(command: Command, stdout: bool, stderr: bool) -> Result<Server> {
        let mut server = Server::spawn(command, stdout, stderr)?;
        server.asked_for = Some(Vec::new());
        server.wait_for("a listening socket", |server| server.listens_on())?;
        Ok(server)
    }

    /// Starts the command, and does not wait for anything; pipes stdout and stderr to us if asked.
    pub fn spawn(mut command: Command, stdout: bool, stderr: bool) -> Result<Server> {
        process::raise_descriptor_limit();
        command.stdin(Stdio::null());
        if stdout {
            command.stdout(Stdio::piped());
        }
        if stderr {
            command.stderr(Stdio::piped());
        }
        let mut child = command.spawn().tried("start the server")?;
        // The command may hold an end of a pipe that only the server should hold.
        drop(command);
        let stdout = Lines::of(child.stdout.take());
        let stderr = Lines::of(child.stderr.take());
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        Ok(Server { child, address: nowhere, stdout, stderr, asked_for: None })
    }

    /// Asks for lines on its stderr that begin like this.
    pub fn may_say(&mut self, beginnings: &[&'static str]) {
        self.asked_for.get_or_insert_default().extend(beginnings);
    }

    /// Asks for what `echo` says of clients that reset their connection.
    pub fn may_meet_resets(&mut self) {
        let beginnings = ["echo_handler: cannot receive from ", "echo_handler: cannot send to "];
        self.may_say(&beginnings);
    }

    fn wait_for(
        &mut self,
        what: &str,
        mut find: impl FnMut(&Server) -> Option<SocketAddr>,
    ) -> Result {
        let mut status = None;
        wait_until(&format!("the server and {what}"), || {
            if let Some(address) = find(self) {
                self.address = address;
            }
            status = self.ended();
            status.is_some() || self.address.port() != 0
        })?;
        match status {
            Some(status) => {
                Err(format!("the server ended, {status}: {}", self.stderr().join("; ")))
            }
            None => Ok(()),
        }
    }

    /// Where the kernel says that it listens (IPv4).
    pub fn listens_on(&self) -> Option<SocketAddr> {
        let fds = fs::read_dir(format!("/proc/{}/fd", self.pid())).ok()?;
        let sockets: Vec<_> = fds
            .filter_map(|fd| {
                fs::read_link(fd.ok()?.path()).ok()?.into_os_string().into_string().ok()
            })
            .collect();
        let table = fs::read_to_string("/proc/net/tcp").ok()?;
        table.lines().skip(1).find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let socket = format!("socket:[{}]", fields.get(9)?);
            if fields[3] != "0A" || !sockets.contains(&socket) {
                return None;
            }
            let (host, port) = fields[1].split_once(':')?;
            let host = u32::from_str_radix(host, 16).ok()?.to_ne_bytes();
            let port = u16::from_str_radix(port, 16).ok()?;
            let host = if host == [0; 4] { Ipv4Addr::LOCALHOST } else { host.into() };
            Some(SocketAddr::from((host, port)))
        })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it printed on stdout so far, if that is ours.
    pub fn stdout(&self) -> Vec<String> {
        self.stdout.get()
    }

    /// What it printed on stderr so far, if that is ours.
    pub fn stderr(&self) -> Vec<String> {
        self.stderr.get()
    }

    /// How many descriptors it has open.
    pub fn descriptors(&self) -> usize {
        process::descriptors(self.pid())
    }

    /// How much memory it takes, in KiB.
    pub fn memory(&self) -> u64 {
        process::memory(self.pid())
    }

    /// Waits until it has no more descriptors than `before`.
    pub fn gives_back_descriptors(&self, before: usize) -> Result {
        wait_until("the server closes what its clients left", || self.descriptors() <= before)
            .map_err(|error| format!("{error}; {} instead of {before}", self.descriptors()))
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: i32) {
        // SAFETY: no pointers; the child is not waited for yet, so the number is its own.
        unsafe { libc::kill(self.pid() as i32, signal) };
    }

    /// Sends a signal to it and all that it has started, if it has a process group of its own.
    pub fn signal_group(&self, signal: i32) {
        // SAFETY: as above.
        unsafe { libc::kill(-(self.pid() as i32), signal) };
    }

    /// Does something while the server is stopped.
    pub fn while_stopped<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        self.signal(libc::SIGSTOP);
        let stat = format!("/proc/{}/stat", self.pid());
        let stopped = wait_until("the server stops at SIGSTOP", || {
            fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T"))
        });
        let done = act();
        self.signal(libc::SIGCONT);
        stopped.and(done)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let mut status = None;
        wait_until("the server ends", || {
            status = self.ended();
            status.is_some()
        })?;
        status.ok_or_else(|| "the server ended, and nobody knows how".into())
    }

    /// A duplicate of its listening socket, to set what the accepted ones inherit. Needs the right
    /// to debug it.
    pub fn listener(&self) -> io::Result<Socket> {
        let os = |result: libc::c_long| match result {
            // SAFETY: a descriptor that the kernel has just made for us.
            0.. => Ok(unsafe { OwnedFd::from_raw_fd(result as i32) }),
            _ => Err(io::Error::last_os_error()),
        };
        // SAFETY: no pointers.
        let process = os(unsafe { libc::syscall(libc::SYS_pidfd_open, self.pid(), 0) })?;
        for fd in 3..64 {
            // SAFETY: no pointers.
            let copy = unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) };
            match os(copy).map(Socket::from) {
                // The one that nobody is connected to.
                Ok(socket) if is_listener(&socket) => return Ok(socket),
                Err(error) if error.raw_os_error() != Some(libc::EBADF) => return Err(error),
                _ => {}
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let Some(asked_for) = &self.asked_for else { return };
        if thread::panicking() {
            return;
        }
        if let Err(error) = wait_until("the end of its stderr", || self.stderr.is_complete()) {
            panic!("{error}");
        }
        let mut lines = self.stderr();
        lines.retain(|line| {
            !line.is_empty() && !asked_for.iter().any(|beginning| line.starts_with(beginning))
        });
        assert!(lines.is_empty(), "the server said what nobody asked for: {lines:#?}");
    }
}

fn is_listener(socket: &Socket) -> bool {
    let bound = socket.local_addr().ok().and_then(|address| address.as_socket());
    bound.is_some() && socket.peer_addr().is_err()
}
