//! What `GenSocket` promises, and the echo servers on the way to it.

mod common;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use common::{Server, alone, ask, example, finish, piped, run_well};
use genlab::{
    AsRawFd, Co, Domain, GenSocket, GeneratorState, Op, Socket, Task, Tasks, Type, socketpair, task,
};

/// The echo servers that are one: a client cannot tell them apart.
const SERVERS: [&str; 3] = ["echo", "yieldfrom", "gensocket"];

fn tcp() -> Socket {
    Socket::new(Domain::IPV4, Type::STREAM).unwrap()
}

fn pair() -> (GenSocket, Socket) {
    let (here, there) = socketpair().unwrap();
    (GenSocket::new(here), there)
}

#[test]
fn each_server_on_the_way_holds_the_same_session() {
    for name in SERVERS {
        let server = Server::start(name);
        let mut client = server.connect();
        let address = client.local_addr().unwrap();
        ask(&mut client, b"Hello\n", b"GOT:Hello\n");
        ask(
            &mut client,
            &[b'x'; 1500],
            &[b"GOT:", &[b'x'; 1000][..], b"GOT:", &[b'x'; 500]].concat(),
        );
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 0, "{name}");
        assert_eq!(server.line(), format!("Connection from {address}"));
        assert_eq!([server.line(), server.line()], ["Connection closed", "Task done"]);
    }
}

#[test]
fn a_client_that_reads_late_loses_no_byte_and_delays_nobody() {
    for name in &SERVERS[1..] {
        let server = Server::start(name);
        let mut client = server.connect();
        let mut reader = client.try_clone().unwrap();
        let sent = vec![b'.'; 16_000_000]; // more than all buffers between us hold
        let writer = std::thread::spawn(move || {
            client.write_all(&sent).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
        });
        ask(&mut server.connect(), b"me too", b"GOT:me too"); // while the other one does not read
        let mut answer = Vec::new();
        reader.read_to_end(&mut answer).unwrap();
        writer.join().unwrap();
        assert_eq!(answer.iter().filter(|&&byte| byte == b'.').count(), 16_000_000);
        assert_eq!(answer.len(), 16_000_000 + 4 * answer.iter().filter(|&&b| b == b':').count());
    }
}

#[test]
fn a_reset_is_named_with_its_peer_and_harms_nobody_else() {
    let server = Server::start("gensocket");
    let mut other = server.connect();
    ask(&mut other, b"before", b"GOT:before");
    let mut client = server.connect();
    let address = client.local_addr().unwrap();
    ask(&mut client, b"Hello", b"GOT:Hello");
    let client = socket2::Socket::from(client);
    client.set_linger(Some(Duration::ZERO)).unwrap();
    drop(client); // a reset
    ask(&mut other, b"after", b"GOT:after");
    // Its own turn may come later: another client's is behind it for sure.
    ask(&mut server.connect(), b"and", b"GOT:and");
    server
        .says_of_a_reset(&format!("echo_handler: cannot receive from {address}: connection reset"));
}

#[cfg(unix)] // a shell sets the limit
#[test]
fn accept_outlives_the_end_of_the_descriptors() {
    let mut server = Server::of(
        Command::new("sh")
            .args(["-c", "ulimit -n 20; exec \"$0\" 127.0.0.1:0"])
            .arg(example("gensocket")),
    );
    let mut clients: Vec<_> = (0..40).map(|_| server.connect()).collect();
    // Some are served and some have to wait until those leave.
    for mut client in clients.drain(..) {
        ask(&mut client, b"me", b"GOT:me");
    }
    assert!(server.child.try_wait().unwrap().is_none());
    let said = server.error();
    assert!(said.starts_with("cannot accept a client now: "), "{said}");
    assert_eq!(server.stop(), [""; 0]);
}

#[test]
fn a_wake_for_nothing_is_no_end_of_file_and_no_error() {
    let (here, there) = pair();
    let fd = here.as_raw_fd();
    let mut receiver = task(move |co| async move {
        assert_eq!(here.recv(&co, 10).await?, b"Hello");
        while here.send(&co, &[0; 4096]).await? > 0 {}
        Ok(())
    });
    let yields = |task: &mut Task, op| {
        assert!(matches!(task.resume(), GeneratorState::Yielded(pair) if pair == (op, fd)));
    };
    for _ in 0..3 {
        yields(&mut receiver, Op::Recv); // resumed, although nothing is there
    }
    there.send(b"Hello").unwrap();
    for _ in 0..1000 {
        yields(&mut receiver, Op::Send); // at some time there is no room any more
    }
}

#[test]
fn sending_nothing_sends_nothing_and_returns() {
    alone(|| {
        let (here, _there) = pair();
        let tasks = Tasks::new();
        tasks.append(task(move |co| async move {
            assert_eq!(here.send(&co, b"").await?, 0);
            Ok(())
        }));
        run_well(&tasks);
    });
}

#[test]
fn one_task_can_receive_while_another_sends_on_the_same_socket() {
    alone(|| {
        let (here, there) = pair();
        let there = GenSocket::new(there);
        let here = Rc::new(here);
        let also_here = here.clone();
        let tasks = Tasks::new();
        tasks.append(task(move |co| async move {
            assert_eq!(here.recv(&co, 10).await?, b"back");
            Ok(())
        }));
        tasks.append(task(move |co| async move {
            also_here.send_all(&co, &[7; 3_000_000]).await?;
            also_here.shutdown(Shutdown::Write)
        }));
        tasks.append(task(move |co| async move {
            let mut received = 0;
            loop {
                match there.recv(&co, 65536).await?.len() {
                    0 => break,
                    n => received += n,
                }
            }
            assert_eq!(received, 3_000_000);
            there.send_all(&co, b"back").await
        }));
        run_well(&tasks);
    });
}

/// Connects to where nobody listens.
async fn connect_in_vain(co: &Co) -> (SocketAddr, io::Error) {
    let taken = tcp(); // the port is, but nobody listens
    taken.bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let sock = GenSocket::new(tcp());
    (address, sock.connect(co, address).await.unwrap_err())
}

#[test]
fn the_errors_say_what_failed_and_with_whom() {
    let out = alone(|| {
        let tasks = Tasks::new();
        tasks.append(task(|co| async move {
            let (address, error) = connect_in_vain(&co).await;
            assert_eq!(
                error.to_string(),
                format!("cannot connect to {address}: connection refused; is the server running?")
            );
            assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);

            // What fails at once, and is not waited for: the other family of addresses.
            let (sock, address) = (GenSocket::new(tcp()), "[::1]:9".parse().unwrap());
            let error = sock.connect(&co, address).await.unwrap_err().to_string();
            assert!(error.starts_with("cannot connect to [::1]:9: "), "{error}");

            // A pair on Windows is one of TCP, which takes something before it knows of the end.
            #[cfg(unix)]
            {
                let (here, there) = pair();
                drop(there);
                let error = here.send_all(&co, b"Hello").await.unwrap_err();
                let fd = here.as_raw_fd();
                assert_eq!(error.to_string(), format!("cannot send to fd {fd}: broken pipe"));
            }

            let sock = GenSocket::new(tcp());
            let error = sock.shutdown(Shutdown::Both).unwrap_err();
            let fd = sock.as_raw_fd();
            assert_eq!(
                error.to_string(),
                format!("cannot end the connection to fd {fd}: not connected")
            );
            // Without the wait that is in front of it: on Windows one for such a socket never ends.
            let error = sock.get_ref().accept(&co).await.unwrap_err().to_string();
            let start = format!("cannot accept a client on fd {fd}: ");
            assert!(error.starts_with(&start), "{error}");
            Ok(())
        }));
        run_well(&tasks);
    });
    assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("Task done\n", ""));
}

#[test]
fn poll_shows_what_is_under_an_await() {
    let output = finish(piped(&mut Command::new(example("poll"))));
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "\
Yielded(2)
Yielded(1)
Yielded(3)
Yielded(2)
Yielded(1)
Complete(())
"
    );
}
