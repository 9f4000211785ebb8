//! The lab's `server.py`, whole and as it is, on genawaiter, polling and socket2 alone.
//!
//! Lay the lab's page beside it. Nothing here is from genlab, and an error that the lab does not
//! handle is not handled here either: one client can end the server. `echo` is the next step.
//!
//! Start it, then talk to it from other terminals: `nc localhost 25000`.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;

use genawaiter::GeneratorState;
use genawaiter::rc::{Co, Gen};
use polling::{Event, Events, Poller};
use socket2::{Domain, SockAddr, Socket, Type};

// What a task yields, as in the lab: the reason why it waits, and the socket.
enum Op {
    Recv,
    Send,
}

type Wait = (Op, Rc<Socket>);
type Task = Gen<Wait, (), Pin<Box<dyn Future<Output = io::Result<()>>>>>;

// A task is a generator.
fn task<F: Future<Output = io::Result<()>> + 'static>(
    generator: impl FnOnce(Co<Wait>) -> F,
) -> Task {
    Gen::new(|co| Box::pin(generator(co)) as Pin<Box<_>>)
}

// The tasks that can run. The lab has a variable for the whole file; here `clone` hands it on.
type Tasks = Rc<RefCell<VecDeque<Task>>>;

// The tasks that wait, each with its socket. The key is the socket's address in memory, by which
// Python's dictionary tells sockets apart, too. The poller reports this key when one is ready.
type WaitArea = HashMap<usize, (Rc<Socket>, Task)>;

// Python's `select`: sleeps until sockets are ready; returns who can receive, and who can send.
// The poller stops watching them, since nobody waits for them any more.
fn select(
    poller: &Poller,
    recv_wait: &WaitArea,
    send_wait: &WaitArea,
) -> io::Result<(Vec<usize>, Vec<usize>)> {
    let (mut can_recv, mut can_send) = (Vec::new(), Vec::new());
    let mut events = Events::new();
    poller.wait(&mut events, None)?;
    for Event { key, .. } in events.iter() {
        if let Some((sock, _)) = recv_wait.get(&key) {
            poller.delete(sock)?;
            can_recv.push(key);
        } else if let Some((sock, _)) = send_wait.get(&key) {
            poller.delete(sock)?;
            can_send.push(key);
        }
    }
    Ok((can_recv, can_send))
}

// Drives the tasks until none is left, or until one fails.
fn run(tasks: &Tasks) -> io::Result<()> {
    let mut recv_wait = WaitArea::new();
    let mut send_wait = WaitArea::new();
    let poller = Poller::new()?; // what is declared last is dropped first: see below

    // Parks a task: from now on the poller watches the socket that it waits for.
    let park = |area: &mut WaitArea, event: fn(usize) -> Event, sock: Rc<Socket>, task: Task| {
        let key = Rc::as_ptr(&sock) as usize;
        area.insert(key, (sock, task));
        let (sock, _) = &area[&key];
        // SAFETY: a socket must not be closed before the poller has deleted it, or is gone. From the
        // `insert` on the area has a hold on the socket (an `Rc`), so that no task can close it. Only
        // `run` takes it out of there, after `select` has deleted it. (Another `insert` with the same
        // key brings a hold on the same socket.) Should `run` end before, by an error or a panic,
        // then `poller` is dropped before the two areas are.
        unsafe { poller.add(&**sock, event(key)) }
    };

    while !tasks.borrow().is_empty() || !recv_wait.is_empty() || !send_wait.is_empty() {
        while tasks.borrow().is_empty() {
            let (can_recv, can_send) = select(&poller, &recv_wait, &send_wait)?;
            for sock in can_recv {
                tasks.borrow_mut().push_back(recv_wait.remove(&sock).unwrap().1);
            }
            for sock in can_send {
                tasks.borrow_mut().push_back(send_wait.remove(&sock).unwrap().1);
            }
        }
        let mut task = tasks.borrow_mut().pop_front().unwrap();
        match task.resume() {
            GeneratorState::Yielded((Op::Recv, sock)) => {
                park(&mut recv_wait, Event::readable, sock, task)?;
            }
            GeneratorState::Yielded((Op::Send, sock)) => {
                park(&mut send_wait, Event::writable, sock, task)?;
            }
            GeneratorState::Complete(Ok(())) => println!("Task done"),
            // One task's error ends them all, as an exception does in the lab.
            GeneratorState::Complete(Err(error)) => return Err(error),
        }
    }
    Ok(())
}

// The TCP server: a task that makes a task of every client.
fn tcp_server(
    tasks: Tasks,
    address: SocketAddr,
    handler: fn(Rc<Socket>, SockAddr) -> Task,
) -> Task {
    task(move |co| async move {
        let sock = Rc::new(Socket::new(Domain::IPV4, Type::STREAM, None)?);
        sock.set_reuse_address(true)?;
        sock.bind(&address.into())?;
        sock.listen(5)?;
        println!("Server running on {}", sock.local_addr()?.as_socket().unwrap());

        loop {
            co.yield_((Op::Recv, sock.clone())).await; // until a client connects
            let (client, addr) = sock.accept()?;
            tasks.borrow_mut().push_back(handler(Rc::new(client), addr));
        }
    })
}

// The echo handler: sends back what the client sends, with GOT: in front.
fn echo_handler(client: Rc<Socket>, address: SockAddr) -> Task {
    task(move |co| async move {
        println!("Connection from {}", address.as_socket().unwrap());

        loop {
            co.yield_((Op::Recv, client.clone())).await; // until the client sends something
            let mut data = vec![0; 1000];
            let received = client.as_ref().read(&mut data)?;

            if received == 0 {
                break; // the client has closed its side
            }

            co.yield_((Op::Send, client.clone())).await; // until the kernel has room
            client.send(&[b"GOT:", &data[..received]].concat())?;
        }

        println!("Connection closed");
        drop(client);
        Ok(())
    })
}

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or("0.0.0.0:25000".to_string());
    let address = address.parse().expect("an address like 127.0.0.1:25000");

    let tasks = Tasks::default();
    tasks.borrow_mut().push_back(tcp_server(tasks.clone(), address, echo_handler));
    run(&tasks)
}
