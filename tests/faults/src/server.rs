//! A server process: started, watched, and gone at the end.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use harness::{Process, wrapped};
use rustix::fs::{Mode, OFlags, fcntl_setfl, open};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, PidfdFlags, PidfdGetfdFlags, Signal, kill_process, pidfd_getfd, pidfd_open,
};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
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

/// The command that starts `echo` on any free port of this machine.
pub fn echo() -> Result<Command> {
    let mut echo = Command::new(harness::example("echo")?);
    echo.arg("127.0.0.1:0");
    Ok(echo)
}

/// A command in a line of words, as one would type it.
pub fn command(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec {line}"));
    command
}

/// The command, as a shell starts it after `before`, or with `redirected` streams.
fn in_shell(before: &str, redirected: &str, command: &Command) -> Command {
    wrapped(&["sh", "-c", &format!("{before}\nexec \"$0\" \"$@\" {redirected}")], command)
}

/// The command, with room for so many descriptors.
pub fn limit_descriptors(command: Command, most: u64) -> Command {
    in_shell(&format!("ulimit -n {most}"), "", &command)
}

/// The command, as one who may have no more than this one thread. Root is exempt from that limit, so it
/// becomes somebody else first: a number that nobody else has, since it is for all processes of one user.
pub fn without_threads(command: Command) -> Command {
    let user = 100_000 + std::process::id();
    // That one may not even look into the directory of the program: so it is opened before.
    let before = format!(
        "exec 9<\"$0\"
         set -- prlimit --nproc=1:1 /proc/self/fd/9 \"$@\"
         if [ \"$(id -u)\" = 0 ]; then
             set -- setpriv --reuid={user} --regid={user} --clear-groups \"$@\"
         fi
         exec \"$@\""
    );
    in_shell(&before, "", &command)
}

/// The command, with the descriptors closed that it would print to.
pub fn deaf(command: Command, closed: &[i32]) -> Command {
    let closed: Vec<String> = closed.iter().map(|fd| format!("{fd}>&-")).collect();
    in_shell("", &closed.join(" "), &command)
}

/// A pipe: the end to read from, and the end to write to.
pub fn pipe() -> Result<(File, File)> {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).tried("make a pipe")?;
    Ok((reader.into(), writer.into()))
}

/// A terminal: the side that shows what is printed, and the one to print to.
pub fn terminal() -> Result<(File, File)> {
    let make = || {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&screen)?;
        unlockpt(&screen)?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let other = open(ptsname(&screen, Vec::new())?, flags, Mode::empty())?;
        Ok::<_, Errno>((screen.into(), other.into()))
    };
    make().tried("make a terminal")
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
        fcntl_setfl(&writer, OFlags::NONBLOCK).tried("set a pipe up")?;
        while writer.write(&[b'.'; 4096]).is_ok() {}
        // Whoever gets this end must block on it, as on any pipe.
        fcntl_setfl(&writer, OFlags::empty()).tried("set a pipe up")?;
        Ok(FullPipe { _reader: reader, writer })
    }

    /// The end to print to.
    pub fn end(&self) -> Result<Stdio> {
        Ok(self.writer.try_clone().tried("duplicate a pipe")?.into())
    }
}

/// A server that runs until this is dropped, and the lines that it prints.
///
/// A line on its stderr that nobody has asked for fails the test: a task of the server has failed or
/// panicked, and `run` has caught it.
#[derive(Debug)]
pub struct Server {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
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
        // As a group: what a shell or cargo starts ends with it.
        let process = Process::start_group(&mut command).tried("start the server")?;
        // The command may hold an end of a pipe that only the server should hold.
        drop(command);
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        Ok(Server { process, address: nowhere, asked_for: None })
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
        self.process.id()
    }

    /// What it printed on stdout so far, if that is ours.
    pub fn stdout(&self) -> Vec<String> {
        self.process.stdout.get()
    }

    /// What it printed on stderr so far, if that is ours.
    pub fn stderr(&self) -> Vec<String> {
        self.process.stderr.get()
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
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid() as i32).expect("a process has a number");
        let _ = kill_process(pid, signal);
    }

    /// Does something while the server is stopped.
    pub fn while_stopped<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        self.signal(Signal::STOP);
        let stat = format!("/proc/{}/stat", self.pid());
        let stopped = wait_until("the server stops at SIGSTOP", || {
            fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T"))
        });
        let done = act();
        self.signal(Signal::CONT);
        stopped.and(done)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
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
        let pid = Pid::from_raw(self.pid() as i32).expect("a process has a number");
        let process = pidfd_open(pid, PidfdFlags::empty())?;
        for fd in 3..64 {
            match pidfd_getfd(&process, fd, PidfdGetfdFlags::empty()).map(Socket::from) {
                // The one that nobody is connected to.
                Ok(socket) if is_listener(&socket) => return Ok(socket),
                Err(error) if error != Errno::BADF => return Err(error.into()),
                _ => {}
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill();
        let Some(asked_for) = &self.asked_for else { return };
        if thread::panicking() {
            return;
        }
        if let Err(error) =
            wait_until("the end of its stderr", || self.process.stderr.is_complete())
        {
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
