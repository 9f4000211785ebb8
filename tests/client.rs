//! The client: it prints all that came, says what failed, and ends with the right exit code.
#![cfg(unix)] // elsewhere a reset may be an end of file, and there is no `sh`

mod common;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use common::{Process, Server, example, finish, piped};
use socket2::Socket;

/// What the client says and prints when it is given `typed`, and the server does `serve`.
fn client_of(typed: &[u8], serve: impl FnOnce(TcpStream) + Send + 'static) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || serve(listener.accept().unwrap().0));
    let mut client = piped(Command::new(example("client")).arg(address));
    client.stdin.as_mut().unwrap().write_all(typed).unwrap();
    let output = finish(client);
    server.join().unwrap();
    output
}

fn reset(stream: TcpStream) {
    let stream = Socket::from(stream);
    stream.set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn what_the_server_says_is_printed_and_its_end_is_a_success() {
    let output = client_of(b"Hello", |mut server| {
        let mut heard = String::new();
        server.read_to_string(&mut heard).unwrap(); // up to the end of what was typed
        server.write_all(format!("GOT:{heard}").as_bytes()).unwrap();
    });
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "GOT:Hello");
    assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]));
}

#[test]
fn a_reset_after_the_end_of_what_was_typed_is_said_and_fails() {
    let output = client_of(b"Hello", |mut server| {
        server.read_to_end(&mut Vec::new()).unwrap();
        server.write_all(b"half").unwrap();
        reset(server);
    });
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "half");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("cannot receive from 127.0.0.1:"), "{said}");
    assert!(said.ends_with(": connection reset\n"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(target_os = "linux")] // which has a file that is always full
#[test]
fn a_full_disk_is_said_and_fails() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let server = Server::start("echo");
    let mut client = Process::start(
        Command::new(example("client"))
            .arg(server.address.to_string())
            .stdin(Stdio::piped())
            .stdout(full)
            .stderr(Stdio::piped()),
    )
    .unwrap();
    client.stdin.as_mut().unwrap().write_all(b"Hello\n").unwrap(); // and the input stays open
    assert_eq!(client.wait().unwrap().code(), Some(1));
    let said = String::from_utf8(client.stderr.last_words()).unwrap();
    assert!(said.starts_with("cannot print what the server said: "), "{said}");
}

#[test]
fn a_reader_that_has_gone_ends_it() {
    let server = Server::start("echo");
    let script = format!(
        "(echo a; while echo b; do :; done) | {} {} | head -n 1",
        example("client").display(),
        server.address
    );
    let output = finish(piped(Command::new("sh").args(["-c", &script])));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("cannot print what the server said: "), "{said}");
}

#[test]
fn an_input_that_cannot_be_read_is_said_and_fails() {
    let server = Server::start("echo");
    let folder = std::fs::File::open(common::root()).unwrap();
    let output = finish(
        Process::start(
            Command::new(example("client"))
                .arg(server.address.to_string())
                .stdin(folder)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        )
        .unwrap(),
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("cannot read standard input: "), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_output_that_another_program_has_made_non_blocking_gets_all() {
    let (mut here, there) = std::os::unix::net::UnixStream::pair().unwrap();
    there.set_nonblocking(true).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut client = Process::start(
        Command::new(example("client"))
            .arg(address)
            .stdin(Stdio::piped())
            .stdout(std::os::fd::OwnedFd::from(there))
            .stderr(Stdio::piped()),
    )
    .unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let sent = "0123456789\n".repeat(100_000);
    let (end, data) = (server.try_clone().unwrap(), sent.clone());
    let sender = thread::spawn(move || server.write_all(data.as_bytes()));
    let mut got = String::new();
    let _ = here.set_read_timeout(Some(common::DEADLINE));
    let mut piece = [0; 1000];
    while got.len() < sent.len() {
        let n = here.read(&mut piece).unwrap();
        assert!(n > 0, "it stops after {} bytes", got.len());
        got.push_str(std::str::from_utf8(&piece[..n]).unwrap());
    }
    assert!(got == sent);
    sender.join().unwrap().unwrap();
    end.shutdown(Shutdown::Both).unwrap();
    assert_eq!(client.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
mod terminal {
    use std::ffi::{CStr, OsStr, c_char, c_int};
    use std::fs::File;
    use std::os::fd::{AsRawFd, FromRawFd};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::OpenOptionsExt;

    const O_RDWR: c_int = 0o2;
    const O_NOCTTY: c_int = 0o400;
    const O_NONBLOCK: c_int = 0o4000;

    unsafe extern "C" {
        fn posix_openpt(flags: c_int) -> c_int;
        fn grantpt(fd: c_int) -> c_int;
        fn unlockpt(fd: c_int) -> c_int;
        fn ptsname_r(fd: c_int, name: *mut c_char, len: usize) -> c_int;
    }

    /// A terminal that does not block: the user's end, and the program's.
    pub fn non_blocking() -> (File, File) {
        // SAFETY: It takes no pointers.
        let fd = unsafe { posix_openpt(O_RDWR | O_NOCTTY) };
        assert!(fd >= 0, "{}", std::io::Error::last_os_error());
        // SAFETY: It was just opened, and nobody else has its number.
        let user = unsafe { File::from_raw_fd(fd) };
        let mut name = [0_u8; 100];
        // SAFETY: The number is open as long as `user` lives, and the array is as long as it is said to be.
        let failed = unsafe {
            grantpt(user.as_raw_fd()) != 0
                || unlockpt(user.as_raw_fd()) != 0
                || ptsname_r(user.as_raw_fd(), name.as_mut_ptr().cast(), name.len()) != 0
        };
        assert!(!failed, "{}", std::io::Error::last_os_error());
        let name = CStr::from_bytes_until_nul(&name).unwrap().to_bytes();
        let mut options = File::options();
        options.read(true).write(true).custom_flags(O_NOCTTY | O_NONBLOCK);
        let program = options.open(OsStr::from_bytes(name)).unwrap();
        (user, program)
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_another_program_has_made_non_blocking_is_read_and_gets_all() {
    let (mut user, program) = terminal::non_blocking();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut client = Process::start(
        Command::new(example("client"))
            .arg(address)
            .stdin(program.try_clone().unwrap())
            .stdout(program)
            .stderr(Stdio::piped()),
    )
    .unwrap();
    let (mut server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(common::DEADLINE)).unwrap();
    user.write_all(b"Hello\n").unwrap();
    let mut heard = [0; 6];
    server.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"Hello\n");
    user.write_all(b"\x04").unwrap(); // Ctrl-D
    assert_eq!(server.read(&mut heard).unwrap(), 0);

    let sent = "0123456789\n".repeat(30_000);
    let data = sent.clone();
    let sender = thread::spawn(move || server.write_all(data.as_bytes()));
    let (mut got, mut piece) = (Vec::new(), [0; 1000]);
    while let Ok(n @ 1..) = user.read(&mut piece) {
        got.extend(&piece[..n]); // an error when the program has ended
    }
    sender.join().unwrap().unwrap();
    assert_eq!(client.wait().unwrap().code(), Some(0));
    let got = String::from_utf8(got).unwrap().replace('\r', "");
    let got = got.strip_prefix("Hello\n").unwrap(); // the terminal's echo
    assert!(got == sent, "{} bytes of {}", got.len(), sent.len());
}
