//! What `observe` promises: each step of `run`, in order, with its line, and nothing else.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::rc::Rc;
use std::thread;

use genlab::{
    AsRawFd, Domain, Event, Op, Socket, Task, Tasks, Type, observe, run, socketpair, task,
};

type Seen = Rc<RefCell<Vec<String>>>;

/// Notes each event on this thread in one line: what, whose, and the source line it comes from.
fn watch() -> Seen {
    let seen = Seen::default();
    let notes = seen.clone();
    observe(move |event, line| {
        let what = match event {
            Event::Append { task, .. } => format!("append {}", task.name),
            Event::Popleft { task, .. } => format!("popleft {}", task.name),
            Event::Resume { task, .. } => format!("resume {}", task.name),
            Event::Wait { op, task, .. } => format!("wait {op:?} {}", task.name),
            Event::Complete { task, result: Ok(()), .. } => format!("complete {}", task.name),
            Event::Complete { task, result: Err(error), .. } => {
                format!("complete {}: {error}", task.name)
            }
            Event::Select => "select".into(),
            Event::Selected { can_recv, can_send, cannot, .. } => {
                format!("selected {} {} {}", can_recv.len(), can_send.len(), cannot.len())
            }
            Event::Yield { op, .. } => format!("yield {op:?}"),
            Event::Recv { result: Ok(data), .. } => format!("recv {data:?}"),
            Event::Send { data, result: Ok(sent), .. } => {
                format!("send {sent} of {}", data.len())
            }
            Event::Print { line, .. } => format!("print {line}"),
            other => format!("{other:?}"),
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(line.file());
        let text = fs::read_to_string(path).unwrap();
        let source = text.lines().nth(line.line() as usize - 1).unwrap().trim();
        notes.borrow_mut().push(format!("{what} | {source}"));
    });
    seen
}

fn receiver(sock: Socket) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, sock.as_raw_fd())).await;
        assert_eq!(sock.recv(1)?, Some(b"!".to_vec()));
        Ok(())
    })
}

fn sender(sock: Socket) -> Task {
    task(move |co| async move {
        co.yield_((Op::Send, sock.as_raw_fd())).await;
        sock.send(b"!").map(drop)
    })
}

#[test]
fn the_observer_is_told_each_step_in_order_and_the_line_it_is_at() {
    let (here, there) = socketpair().unwrap();
    let tasks = Tasks::new();
    let seen = watch();
    tasks.append(receiver(here)); // the test's own line
    tasks.append(sender(there)); // and another
    assert!(run(&tasks).is_success());
    assert_eq!(
        *seen.borrow(),
        [
            "append receiver | tasks.append(receiver(here)); // the test's own line",
            "append sender | tasks.append(sender(there)); // and another",
            "popleft receiver | let Some(mut task) = tasks.popleft() else { continue };",
            "resume receiver | match task.resume() {",
            "yield Recv | co.yield_((Op::Recv, sock.as_raw_fd())).await;",
            "wait Recv receiver | GeneratorState::Yielded((Op::Recv, fd)) => recv_wait.insert(fd, task),",
            "popleft sender | let Some(mut task) = tasks.popleft() else { continue };",
            "resume sender | match task.resume() {",
            "yield Send | co.yield_((Op::Send, sock.as_raw_fd())).await;",
            "wait Send sender | GeneratorState::Yielded((Op::Send, fd)) => send_wait.insert(fd, task),",
            "select | let (can_recv, can_send, cannot) = select(&mut recv_wait, &mut send_wait, &mut watch);",
            "selected 0 1 0 | let (can_recv, can_send, cannot) = select(&mut recv_wait, &mut send_wait, &mut watch);",
            "append sender | tasks.append(send_wait.pop(fd));",
            "popleft sender | let Some(mut task) = tasks.popleft() else { continue };",
            "resume sender | match task.resume() {",
            "send 1 of 1 | sock.send(b\"!\").map(drop)",
            "complete sender | match task.resume() {",
            "print Task done | GeneratorState::Complete(Ok(())) => print(\"Task done\"),",
            "select | let (can_recv, can_send, cannot) = select(&mut recv_wait, &mut send_wait, &mut watch);",
            "selected 1 0 0 | let (can_recv, can_send, cannot) = select(&mut recv_wait, &mut send_wait, &mut watch);",
            "append receiver | tasks.append(recv_wait.pop(fd));",
            "popleft receiver | let Some(mut task) = tasks.popleft() else { continue };",
            "resume receiver | match task.resume() {",
            "recv Some([33]) | assert_eq!(sock.recv(1)?, Some(b\"!\".to_vec()));",
            "complete receiver | match task.resume() {",
            "print Task done | GeneratorState::Complete(Ok(())) => print(\"Task done\"),",
        ]
    );
}

#[test]
fn a_task_that_cannot_wait_keeps_its_number_to_the_end() {
    fn hasty() -> Task {
        task(|co| async move {
            co.yield_((Op::Recv, !0)).await;
            Ok(())
        })
    }

    let (tasks, task) = (Tasks::new(), hasty());
    let number = task.number();
    assert!(hasty().number() > number, "no two tasks have the same number");
    let seen = Rc::new(RefCell::new(Vec::new()));
    let notes = seen.clone();
    observe(move |event, _line| match event {
        Event::Append { task, .. } => notes.borrow_mut().push(("append", task.number)),
        Event::Complete { task, result: Err(_), .. } => {
            notes.borrow_mut().push(("failed", task.number));
        }
        _ => (),
    });
    tasks.append(task);
    assert!(!run(&tasks).is_success());
    assert_eq!(*seen.borrow(), [("append", number), ("append", number), ("failed", number)]);
}

#[test]
fn an_error_and_a_panic_are_told_as_the_end_of_their_task() {
    fn failing() -> Task {
        task(|_co| async { Err(io::Error::other("no more")) })
    }
    fn panicking() -> Task {
        task(|_co| async { panic!("oh") })
    }

    let tasks = Tasks::new();
    let seen = watch();
    tasks.append(failing());
    tasks.append(panicking());
    assert_eq!(run(&tasks).failed(), 2);
    let ends: Vec<String> =
        seen.borrow().iter().filter(|line| line.starts_with("complete")).cloned().collect();
    assert_eq!(
        ends,
        [
            "complete failing: no more | match task.resume() {",
            "complete panicking: panicked: oh | match task.resume() {",
        ]
    );
}

#[test]
fn what_an_observer_does_itself_is_not_told() {
    let count = Rc::new(RefCell::new(0));
    let (tasks, counted) = (Tasks::new(), count.clone());
    let own = tasks.clone();
    observe(move |event, _line| {
        *counted.borrow_mut() += 1;
        if matches!(event, Event::Complete { .. }) && *counted.borrow() < 10 {
            own.append(task(|_co| async { Ok(()) }));
        }
    });
    tasks.append(task(|_co| async { Ok(()) }));
    assert!(run(&tasks).is_success());
    // append, then three times popleft, resume, complete, print; the two other appends are its own.
    assert_eq!(*count.borrow(), 13);
}

#[test]
fn a_new_observer_takes_the_place_of_the_old_even_from_within_it() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let (first, second) = (seen.clone(), seen.clone());
    observe(move |_event, _line| {
        first.borrow_mut().push("first");
        let second = second.clone();
        observe(move |_event, _line| second.borrow_mut().push("second"));
    });
    let tasks = Tasks::new();
    tasks.append(task(|_co| async { Ok(()) }));
    assert!(run(&tasks).is_success());
    assert_eq!(*seen.borrow(), ["first", "second", "second", "second", "second"]);
}

#[test]
fn a_client_that_is_accepted_and_a_send_that_takes_a_part_are_told() {
    let sock = Socket::new(Domain::IPV4, Type::STREAM).unwrap();
    sock.bind(([127, 0, 0, 1], 0)).unwrap();
    sock.listen(5).unwrap();
    let client = TcpStream::connect(sock.local_addr().unwrap()).unwrap();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let notes = seen.clone();
    observe(move |event, _line| match event {
        Event::Accept { address, .. } => notes.borrow_mut().push(address.port() as usize),
        Event::Send { data, result: Ok(sent), .. } => {
            notes.borrow_mut().extend([data.len(), *sent]);
        }
        _ => (),
    });
    let tasks = Tasks::new();
    let sent = Rc::new(RefCell::new(Vec::new()));
    let by_task = sent.clone();
    tasks.append(task(move |co| async move {
        let (client, _) = sock.accept(&co).await?;
        for _ in 0..2 {
            by_task.borrow_mut().push(client.send(&vec![0; 100_000_000])?);
        }
        Ok(())
    }));
    assert!(run(&tasks).is_success());
    let (port, sent) = (client.local_addr().unwrap().port() as usize, sent.borrow());
    assert!(0 < sent[0] && sent[0] < 100_000_000);
    assert_eq!(*seen.borrow(), [port, 100_000_000, sent[0], 100_000_000, sent[1]]);
}

#[test]
fn other_threads_are_not_observed() {
    let seen = watch();
    thread::spawn(|| {
        let tasks = Tasks::new();
        tasks.append(task(|_co| async { Ok(()) }));
        assert!(run(&tasks).is_success());
    })
    .join()
    .unwrap();
    assert!(seen.borrow().is_empty());
}

/// Appends a task when it is dropped: what an observer holds may do anything then.
struct Appends(Tasks);

impl Drop for Appends {
    fn drop(&mut self) {
        self.0.append(task(|_co| async { Ok(()) }));
    }
}

#[test]
fn the_old_observer_may_append_while_it_is_dropped() {
    let tasks = Tasks::new();
    let held = Appends(tasks.clone());
    observe(move |_event, _line| {
        let _held = &held;
        observe(|_event, _line| ());
    });
    tasks.append(task(|_co| async { Ok(()) })); // the first event: the observer replaces itself
    assert!(run(&tasks).is_success());
    assert!(tasks.is_empty());
}

#[test]
fn what_an_observer_holds_may_append_or_panic_at_the_end_of_its_thread() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("at the end of the thread");
        }
    }
    // Without a guard, the process would end here.
    thread::spawn(|| {
        let (held, panics) = (Appends(Tasks::new()), Panics);
        observe(move |_event, _line| {
            let _both = (&held, &panics);
        });
    })
    .join()
    .unwrap();
}

#[test]
fn an_event_is_told_when_it_is_true() {
    let tasks = Tasks::new();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let (notes, own) = (seen.clone(), tasks.clone());
    observe(move |event, _line| match event {
        Event::Append { .. } => notes.borrow_mut().push(!own.is_empty()),
        Event::Popleft { .. } => notes.borrow_mut().push(own.is_empty()),
        _ => (),
    });
    tasks.append(task(|_co| async { Ok(()) }));
    assert!(run(&tasks).is_success());
    assert_eq!(*seen.borrow(), [true, true]);
}
