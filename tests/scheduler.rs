//! What `run` promises, each promise in a process of its own.
//!
//! Some tests need the lowest number: close a descriptor on Unix, and the next one gets its number. On
//! Windows it gets any, so that a number means another socket before long, but not at will.

mod common;

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use common::{alone, alone_with, run_well};
use genlab::{
    AsRawFd, Co, Domain, GeneratorState, Op, RawFd, Socket, Task, Tasks, Type, print, run, sleep,
    socketpair, task,
};

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn push(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    #[track_caller]
    fn expect(&self, what: &[&str]) {
        assert_eq!(*self.0.borrow(), what);
    }
}

/// -1, which is no descriptor anywhere.
const NONE: RawFd = !0;

/// A pair of connected sockets.
fn pair() -> (Socket, Socket) {
    socketpair().unwrap()
}

/// A task that waits once and then says what it waited for.
fn waiter(log: &Log, op: Op, fd: RawFd, name: &'static str) -> Task {
    let log = log.clone();
    task(move |co| async move {
        co.yield_((op, fd)).await;
        log.push(name);
        Ok(())
    })
}

/// Fills a socket until it takes no more.
fn fill(socket: &Socket) {
    while socket.send(&[0; 4096]).unwrap() > 0 {}
}

/// Receives until there is nothing.
fn empty(socket: &Socket) {
    while socket.recv(4096).unwrap().is_some() {}
}

/// Lets `rounds` rounds of `select` pass in a task: a socket with room is ready at once.
async fn pass(co: &Co, rounds: usize) {
    let (socket, _other) = pair();
    for _ in 0..rounds {
        co.yield_((Op::Send, socket.as_raw_fd())).await;
    }
}

/// So many rounds that `select` has handed those who wait to the poller, if there is a crowd.
const LONG: usize = 30;

/// Tasks that wait until what comes back is dropped. With a crowd, `select` hands those who wait
/// long to the poller; without, it asks about all of them each time.
fn crowd(tasks: &Tasks, size: usize) -> Vec<Socket> {
    let (here, there): (Vec<_>, Vec<_>) = (0..size).map(|_| pair()).unzip();
    for socket in here {
        tasks.append(task(move |co| async move {
            co.yield_((Op::Recv, socket.as_raw_fd())).await;
            Ok(())
        }));
    }
    there
}

#[test]
fn tasks_are_resumed_first_in_first_out() {
    let out = alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        for name in ["a", "b", "c"] {
            let (log, more) = (log.clone(), tasks.clone());
            tasks.append(task(move |_co| async move {
                log.push(name);
                let log = log.clone();
                more.append(task(move |_co| async move {
                    log.push(format!("{name} again"));
                    Ok(())
                }));
                Ok(())
            }));
        }
        run_well(&tasks);
        log.expect(&["a", "b", "c", "a again", "b again", "c again"]);
    });
    assert_eq!(out.stdout, "Task done\n".repeat(6));
}

#[test]
fn popleft_takes_the_front_and_append_adds_at_the_end() {
    let tasks = Tasks::new();
    let log = Log::default();
    tasks.append(waiter(&log, Op::Recv, 1, "first"));
    tasks.append(waiter(&log, Op::Send, 2, "second"));
    for (op, fd) in [(Op::Recv, 1), (Op::Send, 2)] {
        let yielded = tasks.popleft().unwrap().resume();
        assert!(matches!(yielded, GeneratorState::Yielded(pair) if pair == (op, fd)));
    }
    assert!(tasks.popleft().is_none() && tasks.is_empty());
}

#[test]
fn receivers_are_moved_before_senders() {
    alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (a, b) = pair();
        b.send(b"!").unwrap();
        tasks.append(waiter(&log, Op::Send, a.as_raw_fd(), "sender"));
        tasks.append(waiter(&log, Op::Recv, a.as_raw_fd(), "receiver"));
        run_well(&tasks);
        log.expect(&["receiver", "sender"]);
    });
}

#[test]
fn select_is_asked_only_when_no_task_can_run() {
    alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (a, _b) = pair();
        tasks.append(waiter(&log, Op::Send, a.as_raw_fd(), "ready all along"));
        for name in ["x", "y"] {
            let (log, more) = (log.clone(), tasks.clone());
            tasks.append(task(move |_co| async move {
                more.append(waiter(&Log::default(), Op::Send, NONE, "never"));
                log.push(name);
                Ok(())
            }));
        }
        run(&tasks);
        log.expect(&["x", "y", "ready all along"]);
    });
}

#[test]
fn run_returns_when_the_last_task_ends() {
    let out = alone(|| {
        let tasks = Tasks::new();
        run_well(&tasks); // nothing to do
        let (a, b) = pair();
        tasks.append(task(move |co| async move {
            co.yield_((Op::Recv, a.as_raw_fd())).await;
            assert_eq!(a.recv(8)?, Some(vec![])); // the end of file, once `b` is closed
            Ok(())
        }));
        tasks.append(task(move |co| async move {
            pass(&co, LONG).await;
            drop(b);
            Ok(())
        }));
        run_well(&tasks);
        assert!(tasks.is_empty());
    });
    assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("Task done\nTask done\n", ""));
}

#[test]
fn who_waits_to_send_is_resumed_when_there_is_room() {
    alone(|| {
        for size in [0, 40] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            fill(&a);
            tasks.append(waiter(&log, Op::Send, a.as_raw_fd(), "room"));
            let empties = log.clone();
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                pass(&co, LONG).await; // long enough for the sender to be handed to the poller
                empties.push("empty");
                empty(&b);
                pass(&co, 1).await;
                drop(crowd);
                Ok(())
            }));
            run_well(&tasks);
            log.expect(&["empty", "room"]);
        }
    });
}

#[test]
fn when_all_wait_to_send_each_is_resumed_when_there_is_room() {
    alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (here, there): (Vec<_>, Vec<_>) = (0..40).map(|_| pair()).unzip();
        for socket in &here {
            fill(socket);
            tasks.append(waiter(&log, Op::Send, socket.as_raw_fd(), "room"));
        }
        tasks.append(task(move |_co| async move {
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(200)); // by then all have been asked
                for socket in &there {
                    empty(socket);
                }
            });
            Ok(())
        }));
        run_well(&tasks);
        log.expect(&["room"; 40]);
    });
}

#[test]
fn one_task_receives_while_another_sends_on_the_same_fd() {
    alone(|| {
        for size in [0, 40] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            fill(&a);
            tasks.append(waiter(&log, Op::Recv, a.as_raw_fd(), "received"));
            tasks.append(waiter(&log, Op::Send, a.as_raw_fd(), "sent"));
            let other = log.clone();
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                pass(&co, LONG).await; // both are parked by now
                b.send(b"!")?;
                pass(&co, LONG).await;
                other.push("now there is room");
                empty(&b);
                pass(&co, LONG).await;
                drop(crowd);
                Ok(())
            }));
            run_well(&tasks);
            log.expect(&["received", "now there is room", "sent"]);
        }
    });
}

#[test]
fn an_fd_that_cannot_be_watched_ends_only_the_task_that_asked() {
    let out = alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (closed, fine) = pair();
        let number = closed.as_raw_fd();
        drop(closed);
        for fd in [NONE, number, RawFd::MAX / 2] {
            tasks.append(task(move |co| async move {
                co.yield_((Op::Recv, fd)).await;
                unreachable!("nothing can be received on fd {fd}")
            }));
        }
        tasks.append(waiter(&log, Op::Recv, fine.as_raw_fd(), "unharmed"));
        run(&tasks);
        log.expect(&["unharmed"]);
        print(number);
    });
    let number = out.stdout.strip_prefix("Task done\n").unwrap().trim_end();
    let name = "an_fd_that_cannot_be_watched_ends_only_the_task_that_asked";
    let mut said: Vec<_> = out.stderr.lines().collect();
    let mut expected = vec![
        format!("{name}: cannot wait to receive on fd {NONE}: no descriptor has a negative number"),
        format!("{name}: cannot wait to receive on fd {number}: it is closed"),
        format!("{name}: cannot wait to receive on fd {}: it is closed", RawFd::MAX / 2),
    ];
    said.sort();
    expected.sort();
    assert_eq!(said, expected);
}

#[test]
fn a_wait_that_is_a_mistake_ends_at_once_even_if_nothing_else_happens() {
    let out = alone(|| {
        for size in [0, 40] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            tasks.append(waiter(&log, Op::Recv, a.as_raw_fd(), "the end of file"));
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                let _closed_with_the_task = (b, crowd);
                co.yield_((Op::Recv, NONE)).await;
                Ok(())
            }));
            run(&tasks); // nothing but the end of that task wakes the others
            log.expect(&["the end of file"]);
        }
    });
    assert_eq!(out.stderr.lines().count(), 2, "{}", out.stderr);
}

#[cfg(unix)]
#[test]
fn a_wait_for_a_standard_stream_that_is_closed_says_so() {
    let out = alone(|| {
        // SAFETY: nobody in this process uses its standard input.
        drop(unsafe { <std::os::fd::OwnedFd as std::os::fd::FromRawFd>::from_raw_fd(0) });
        let tasks = Tasks::new();
        tasks.append(waiter(&Log::default(), Op::Recv, 0, "never"));
        run(&tasks);
    });
    assert_eq!(out.stderr, "waiter: cannot wait to receive on fd 0: it is closed\n");
}

#[test]
fn a_second_waiter_ends_with_an_error_and_the_first_goes_on() {
    let out = alone(|| {
        for size in [0, 40] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            tasks.append(waiter(&log, Op::Recv, a.as_raw_fd(), "first"));
            tasks.append(waiter(&log, Op::Recv, a.as_raw_fd(), "second"));
            let (more, log2) = (tasks.clone(), log.clone());
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                pass(&co, LONG).await; // the first is with the poller by now
                more.append(waiter(&log2, Op::Recv, a.as_raw_fd(), "third"));
                pass(&co, 3).await;
                b.send(b"!")?;
                pass(&co, 3).await;
                drop(crowd);
                Ok(())
            }));
            run(&tasks);
            log.expect(&["first"]);
        }
    });
    assert_eq!(out.stderr.lines().count(), 4, "{}", out.stderr);
    for line in out.stderr.lines() {
        assert!(line.starts_with("waiter: cannot wait to receive on fd "), "{line}");
        assert!(line.ends_with(": another task already waits for that"), "{line}");
    }
}

#[cfg(unix)] // the lowest number
#[test]
fn an_fd_number_closed_and_used_again_between_two_waits_is_watched_anew() {
    alone(|| {
        for (rounds, size) in [0, 1, 2, 5, 20].into_iter().flat_map(|n| [(n, 0), (n, 40)]) {
            let (tasks, done) = (Tasks::new(), Rc::new(Cell::new(false)));
            let end = done.clone();
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                let (mut a, mut b) = pair();
                let number = a.as_raw_fd();
                for byte in 0..20 {
                    let fd = b.as_raw_fd();
                    let writer = b.try_clone()?;
                    let helper = std::thread::spawn(move || {
                        std::thread::yield_now();
                        writer.send(&[byte])
                    });
                    pass(&co, rounds).await;
                    co.yield_((Op::Recv, number)).await;
                    // `None` if the wake was for the file before.
                    assert_eq!(a.recv(10)?, Some(vec![byte]));
                    helper.join().unwrap()?;
                    drop(a);
                    drop(b);
                    (a, b) = pair();
                    assert_eq!(
                        (a.as_raw_fd(), b.as_raw_fd()),
                        (number, fd),
                        "the numbers are the same"
                    );
                }
                end.set(true);
                drop(crowd);
                Ok(())
            }));
            run_well(&tasks);
            assert!(done.get());
        }
    });
}

/// CPU time of this thread so far, and how often it went to sleep.
#[cfg(target_os = "linux")]
fn cpu() -> (Duration, u64) {
    let of_this_thread =
        |file| std::fs::read_to_string(format!("/proc/thread-self/{file}")).unwrap();
    let (schedstat, status) = (of_this_thread("schedstat"), of_this_thread("status"));
    let (_, slept) = status.split_once("\nvoluntary_ctxt_switches:").unwrap();
    let number = |text: &str| text.split_whitespace().next().unwrap().parse().unwrap();
    (Duration::from_nanos(number(&schedstat)), number(slept))
}

#[cfg(target_os = "linux")]
#[test]
fn with_nothing_ready_no_cpu_is_used() {
    alone(|| {
        for rounds in [0, LONG] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (here, there): (Vec<_>, Vec<_>) = (0..50).map(|_| pair()).unzip();
            for (i, socket) in here.iter().enumerate() {
                // Half of them cannot receive; half could, but wait to send, and cannot.
                let op = if i % 2 == 0 { Op::Recv } else { Op::Send };
                if op == Op::Send {
                    there[i].send(b"unread").unwrap();
                    fill(socket);
                }
                tasks.append(waiter(&log, op, socket.as_raw_fd(), "woken"));
            }
            let (quiet, before) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(cpu())));
            let (begin, start) = (quiet.clone(), before.clone());
            tasks.append(task(move |co| async move {
                pass(&co, rounds).await; // after long, all are with the poller
                start.set(cpu());
                begin.set(Some(std::thread::spawn(|| {
                    std::thread::sleep(Duration::from_secs(1)); // the time in which nothing happens
                    drop(there);
                })));
                Ok(())
            }));
            run_well(&tasks);
            quiet.take().unwrap().join().unwrap();
            assert_eq!(log.0.borrow().len(), 50);
            let (used, slept) = (cpu().0 - before.get().0, cpu().1 - before.get().1);
            assert!(used < Duration::from_millis(200), "{used:?} in a second without work");
            assert!(slept < 200, "went to sleep {slept} times in a second without work");
        }
    });
}

#[test]
fn a_task_that_fails_or_panics_ends_alone_and_is_named() {
    let out = alone_with(1, || {
        fn fails(socket: Socket) -> Task {
            task(move |co| async move {
                co.yield_((Op::Send, socket.as_raw_fd())).await;
                Err(io::Error::other("the dog ate it"))
            })
        }
        fn panics(socket: Socket) -> Task {
            task(move |co| async move {
                co.yield_((Op::Send, socket.as_raw_fd())).await;
                let none: Option<u8> = socket.get_ref().take_error()?.map(|_| 1);
                none.expect("something is there");
                Ok(())
            })
        }
        let (log, tasks) = (Log::default(), Tasks::new());
        let ((a, b), (c, d), (e, f)) = (pair(), pair(), pair());
        tasks.append(fails(a));
        tasks.append(panics(c));
        let after = log.clone();
        tasks.append(task(move |co| async move {
            pass(&co, 5).await;
            // Their destructors ran: the other ends read the end of file.
            assert_eq!((b.recv(1)?, d.recv(1)?), (Some(vec![]), Some(vec![])));
            after.push("the others go on");
            f.send(b"!").map(drop)
        }));
        tasks.append(waiter(&log, Op::Recv, e.as_raw_fd(), "and are served"));
        let outcome = run(&tasks);
        log.expect(&["the others go on", "and are served"]);
        let failed: Vec<_> =
            outcome.failures().iter().map(|it| format!("{}: {}", it.task.name, it.error)).collect();
        assert_eq!(failed, ["fails: the dog ate it", "panics: panicked: something is there"]);
        assert_eq!((outcome.failed(), outcome.is_success()), (2, false));
    });
    // The hook of the panic may be in the middle of a line of its own.
    let named = |line| ["fails: ", "panics: "].iter().find_map(|name| str::find(line, name));
    let named: Vec<_> =
        out.stderr.lines().filter_map(|line| named(line).map(|at| &line[at..])).collect();
    assert_eq!(named, ["fails: the dog ate it", "panics: panicked: something is there"]);
    assert_eq!(out.stdout, "Task done\n".repeat(2));
}

#[test]
fn a_task_that_panics_in_a_destructor_ends_alone() {
    let out = alone_with(1, || {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("boom");
            }
        }
        let (log, tasks) = (Log::default(), Tasks::new());
        tasks.append(task(|co| async move {
            let _bomb = Bomb;
            co.yield_((Op::Recv, NONE)).await;
            Ok(())
        }));
        let (a, _b) = pair();
        tasks.append(waiter(&log, Op::Send, a.as_raw_fd(), "unharmed"));
        run(&tasks);
        log.expect(&["unharmed"]);
    });
    assert!(out.stderr.contains("no descriptor has a negative number"), "{}", out.stderr);
}

#[test]
fn an_fd_closed_by_another_task_ends_the_one_that_waits_for_it() {
    let out = alone(|| {
        for (rounds, size) in [0, 1, 2, 3, 4, 5, 20].into_iter().flat_map(|n| [(n, 0), (n, 40)]) {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, _b) = pair();
            let number = a.as_raw_fd();
            tasks.append(waiter(&log, Op::Recv, number, "never"));
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                pass(&co, rounds).await;
                drop(a);
                drop(crowd);
                Ok(())
            }));
            run(&tasks); // it returns: nobody waits for ever
            log.expect(&[]);
        }
    });
    assert_eq!(out.stderr.lines().count(), 14, "{}", out.stderr);
    assert!(out.stderr.lines().all(|line| line.ends_with(": it is closed")), "{}", out.stderr);
}

/// A task that sends back what it receives.
fn parrot(sock: Socket) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            match sock.recv(1000)? {
                Some(data) if data.is_empty() => return Ok(()),
                Some(data) => drop(sock.send(&data)?),
                None => (),
            }
        }
    })
}

/// On Windows, polling 3.11 waits for ever once a socket that it watches is closed.
#[test]
fn a_socket_closed_while_the_poller_watches_it_hangs_nobody() {
    let out = alone(|| {
        for of_the_library in [true, false] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let std_socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let ((a, _b), (c, d)) = (pair(), pair());
            let number = if of_the_library { a.as_raw_fd() } else { std_socket.as_raw_fd() };
            tasks.append(waiter(&log, Op::Recv, number, "never"));
            tasks.append(parrot(c));
            let after = log.clone();
            tasks.append(task(move |co| async move {
                sleep(&co, Duration::from_millis(50)).await?; // all are registered by now
                drop((a, std_socket));
                for _ in 0..10 {
                    sleep(&co, Duration::from_millis(50)).await?;
                    d.send(b"Hello")?;
                    co.yield_((Op::Recv, d.as_raw_fd())).await;
                    assert_eq!(d.recv(10)?, Some(b"Hello".to_vec()));
                }
                after.push("the others are served");
                Ok(())
            }));
            let outcome = run(&tasks); // it returns: nobody waits for ever
            log.expect(&["the others are served"]);
            assert_eq!(outcome.failed(), 1);
        }
    });
    assert_eq!(out.stderr.lines().count(), 2, "{}", out.stderr);
    // Its number may be the timer's by then, which is another reason to give.
    let closed = |line: &str| line.ends_with("closed") || line.ends_with("closed by another task");
    assert!(out.stderr.lines().all(closed), "{}", out.stderr);
}

#[cfg(unix)] // the lowest number
#[test]
fn a_newcomer_on_a_number_that_was_closed_under_a_waiting_task_is_served() {
    let out = alone(|| {
        {
            let size = 40;
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            let number = a.as_raw_fd();
            tasks.append(waiter(&log, Op::Recv, number, "never"));
            let (more, log2) = (tasks.clone(), log.clone());
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                pass(&co, LONG).await; // until it is with the poller
                drop(a);
                let (c, d) = pair();
                let (new, there) = if c.as_raw_fd() == number { (c, d) } else { (d, c) };
                assert_eq!(new.as_raw_fd(), number);
                more.append(waiter(&log2, Op::Recv, number, "newcomer"));
                pass(&co, LONG).await;
                there.send(b"!")?;
                pass(&co, LONG).await;
                drop((new, b));
                drop(crowd);
                Ok(())
            }));
            run(&tasks);
            log.expect(&["newcomer"]);
        }
    });
    assert!(out.stderr.contains("it was closed by another task"), "{}", out.stderr);
}

/// Two connected sockets, the first of them with this number, which is free.
#[cfg(unix)] // the lowest number
fn pair_with(number: RawFd) -> (Socket, Socket) {
    let (a, b) = pair();
    let (a, b) = if a.as_raw_fd() == number { (a, b) } else { (b, a) };
    assert_eq!(a.as_raw_fd(), number, "the kernel gives out the lowest number");
    (a, b)
}

#[cfg(unix)] // the lowest number
#[test]
fn of_two_newcomers_on_a_number_that_was_closed_the_first_is_served() {
    let out = alone(|| {
        for op in [Op::Recv, Op::Send] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            fill(&a);
            let number = a.as_raw_fd();
            tasks.append(waiter(&log, op, number, "never"));
            let (more, log2) = (tasks.clone(), log.clone());
            let crowd = crowd(&tasks, 40);
            tasks.append(task(move |co| async move {
                pass(&co, LONG).await; // until it is with the poller
                drop(a);
                let (new, there) = pair_with(number);
                fill(&new);
                more.append(waiter(&log2, op, number, "first"));
                pass(&co, 1).await;
                more.append(waiter(&log2, op, number, "second"));
                pass(&co, LONG).await;
                log2.expect(&[]);
                match op {
                    Op::Recv => drop(there.send(b"!")?),
                    Op::Send => empty(&there),
                }
                pass(&co, LONG).await;
                drop((new, there, b, crowd));
                Ok(())
            }));
            run(&tasks);
            log.expect(&["first"]);
        }
    });
    let ends: Vec<_> = out.stderr.lines().filter_map(|line| line.rsplit(": ").next()).collect();
    let (closed, taken) = ("it was closed by another task", "another task already waits for that");
    assert_eq!(ends, [closed, taken, closed, taken], "{}", out.stderr);
}

#[cfg(unix)] // the lowest number
#[test]
fn who_waits_for_the_other_half_of_a_number_that_was_closed_is_not_lost() {
    alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (a, b) = pair();
        fill(&a);
        let number = a.as_raw_fd();
        tasks.append(waiter(&log, Op::Recv, number, "never"));
        tasks.append(waiter(&Log::default(), Op::Send, number, "resumed or ended, but not lost"));
        let (more, log2) = (tasks.clone(), log.clone());
        let crowd = crowd(&tasks, 40);
        tasks.append(task(move |co| async move {
            pass(&co, LONG).await; // until both are with the poller
            drop(a);
            let (new, there) = pair_with(number);
            more.append(waiter(&log2, Op::Recv, number, "newcomer"));
            pass(&co, LONG).await;
            there.send(b"!")?;
            pass(&co, LONG).await;
            drop((new, there, b, crowd));
            Ok(())
        }));
        run(&tasks); // it returns: nobody waits for ever
        log.expect(&["newcomer"]);
    });
}

#[test]
fn what_becomes_ready_between_the_asking_and_the_sleeping_is_seen() {
    alone(|| {
        // Each answer comes from another thread at a moment nobody chose, over and over.
        let (tasks, (a, b)) = (Tasks::new(), pair());
        b.get_ref().set_nonblocking(false).unwrap();
        let echo = std::thread::spawn(move || {
            while let Some(data) = b.recv(1).unwrap().filter(|data| !data.is_empty()) {
                b.send(&data).unwrap();
            }
        });
        tasks.append(task(move |co| async move {
            let times = if cfg!(windows) { 1000 } else { 20_000 }; // wine needs 3 ms for each
            for i in 0..times {
                co.yield_((Op::Send, a.as_raw_fd())).await;
                a.send(&[i as u8])?;
                co.yield_((Op::Recv, a.as_raw_fd())).await;
                assert_eq!(a.recv(10)?, Some(vec![i as u8]));
            }
            Ok(())
        }));
        run_well(&tasks);
        echo.join().unwrap();
    });
}

#[test]
fn of_5000_parked_the_one_that_becomes_ready_is_resumed() {
    alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (a, b) = pair();
        // Many numbers, one file: each is a descriptor of its own to wait for.
        // Wine goes through all of them for each that it reports: 5000 take it two minutes.
        let many = if cfg!(windows) { 500 } else { 5000 };
        let many: Vec<_> = (0..many).map_while(|_| a.try_clone().ok()).collect();
        let (c, d) = pair();
        for socket in &many {
            tasks.append(waiter(&log, Op::Recv, socket.as_raw_fd(), "parked"));
        }
        tasks.append(waiter(&log, Op::Recv, c.as_raw_fd(), "the one"));
        let (after, count) = (log.clone(), many.len());
        tasks.append(task(move |co| async move {
            pass(&co, LONG).await; // all are registered by now
            d.send(b"!")?;
            pass(&co, 5).await;
            after.expect(&["the one"]);
            drop(b); // end of file for all the others
            Ok(())
        }));
        run_well(&tasks);
        assert_eq!(log.0.borrow().len(), count + 1);
    });
}

#[test]
fn a_few_that_are_always_busy_do_not_delay_the_rest() {
    alone(|| {
        let (tasks, turns) = (Tasks::new(), Rc::new(Cell::new(0usize)));
        let stop = Rc::new(Cell::new(false));
        for _ in 0..4 {
            let (turns, stop) = (turns.clone(), stop.clone());
            tasks.append(task(move |co| async move {
                let (socket, _other) = pair();
                while !stop.get() {
                    co.yield_((Op::Send, socket.as_raw_fd())).await; // always ready
                    turns.set(turns.get() + 1);
                }
                Ok(())
            }));
        }
        tasks.append(task(move |co| async move {
            let (a, b) = pair();
            for parked in [0, 1, 10] {
                // Wait long enough to be asked about, to be asked in vain, to be parked.
                let began = turns.get();
                let writer = b.try_clone()?;
                let helper = std::thread::spawn(move || writer.send(b"!"));
                helper.join().unwrap()?;
                pass(&co, parked).await;
                let asked = turns.get();
                co.yield_((Op::Recv, a.as_raw_fd())).await;
                assert_eq!(a.recv(1)?, Some(b"!".to_vec()));
                // Ready before it asked: it is resumed in the very next round.
                assert!(turns.get() - asked <= 8, "{} turns of the others", turns.get() - asked);
                assert!(turns.get() - began <= 4 * (parked + 3));
            }
            stop.set(true);
            Ok(())
        }));
        run_well(&tasks);
    });
}

#[test]
fn the_outcome_is_of_this_run_alone() {
    alone(|| {
        let tasks = Tasks::new();
        tasks.append(task(|_co| async { Err(io::Error::other("no")) }));
        assert!(!run(&tasks).is_success());
        tasks.append(task(|_co| async { Ok(()) }));
        assert!(run(&tasks).is_success(), "the second run is a clean one");
    });
}

#[test]
fn a_parked_task_is_not_lost_when_its_pair_mate_is_woken() {
    alone(|| {
        for size in [0, 40] {
            // One registration watches both halves of an fd: the end of one wait must not end the other.
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            fill(&a);
            let fd = a.as_raw_fd();
            tasks.append(waiter(&log, Op::Send, fd, "sent"));
            let receiver = log.clone();
            tasks.append(task(move |co| async move {
                for _ in 0..3 {
                    co.yield_((Op::Recv, fd)).await;
                    assert_eq!(a.recv(1)?, Some(b"!".to_vec()));
                    receiver.push("received");
                    pass(&co, 5).await;
                }
                while receiver.0.borrow().len() < 4 {
                    pass(&co, 1).await;
                }
                Ok(())
            }));
            let crowd = crowd(&tasks, size);
            tasks.append(task(move |co| async move {
                for _ in 0..3 {
                    pass(&co, LONG).await;
                    b.send(b"!")?;
                }
                pass(&co, LONG).await;
                empty(&b);
                pass(&co, LONG).await;
                drop(crowd);
                Ok(())
            }));
            run_well(&tasks);
            log.expect(&["received", "received", "received", "sent"]);
        }
    });
}

#[test]
fn an_error_of_the_peer_is_an_error_of_recv_and_send() {
    let (a, b) = pair();
    a.send(b"never read").unwrap();
    drop(b);
    // Under wine, `recv` may return the end of file after a reset.
    match a.recv(10) {
        Ok(data) => assert_eq!((cfg!(windows), data), (true, Some(vec![]))),
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
    }
    let kind = a.send(b"!").unwrap_err().kind();
    let reset = [io::ErrorKind::ConnectionReset, io::ErrorKind::ConnectionAborted];
    assert!(kind == io::ErrorKind::BrokenPipe || cfg!(windows) && reset.contains(&kind), "{kind}");
}

#[test]
fn accept_on_a_socket_that_does_not_listen_is_an_error() {
    let out = alone(|| {
        let tasks = Tasks::new();
        tasks.append(task(|co| async move {
            let sock = Socket::new(Domain::IPV4, Type::STREAM)?;
            sock.accept(&co).await.map(drop)
        }));
        run(&tasks);
    });
    assert_eq!(out.stdout, "");
    let said = "accept_on_a_socket_that_does_not_listen_is_an_error: cannot accept a client on fd ";
    assert!(out.stderr.starts_with(said), "{}", out.stderr);
}

#[test]
fn a_task_shows_its_name() {
    assert_eq!(format!("{:?}", waiter(&Log::default(), Op::Recv, 0, "")), "Task(waiter)");
}

#[cfg(unix)] // the lowest number
#[test]
fn who_began_to_wait_shortly_before_the_number_was_closed_harms_nobody() {
    alone(|| {
        for (early, late) in [(Op::Send, Op::Recv), (Op::Recv, Op::Send)] {
            let (log, tasks) = (Log::default(), Tasks::new());
            let (a, b) = pair();
            fill(&a);
            let number = a.as_raw_fd();
            tasks.append(waiter(&Log::default(), early, number, "with the poller"));
            let (more, log2) = (tasks.clone(), log.clone());
            let crowd = crowd(&tasks, 40);
            tasks.append(task(move |co| async move {
                pass(&co, LONG).await; // until it is with the poller
                more.append(waiter(&Log::default(), late, number, "only asked about"));
                pass(&co, 1).await;
                drop(a);
                let (new, there) = pair_with(number);
                fill(&new);
                more.append(waiter(&log2, late, number, "newcomer"));
                pass(&co, LONG).await;
                there.send(b"!")?;
                empty(&there);
                pass(&co, LONG).await;
                log2.push("the others go on");
                drop((new, there, b, crowd));
                Ok(())
            }));
            run(&tasks); // it returns: nobody waits for ever
            assert!(log.0.borrow().contains(&"the others go on".to_string()));
        }
    });
}

#[cfg(unix)] // the lowest number
#[test]
fn who_was_registered_for_a_number_that_another_file_has_now_ends_and_is_not_resumed_for_it() {
    let out = alone(|| {
        let (log, tasks) = (Log::default(), Tasks::new());
        let (a, _b) = pair();
        let number = a.as_raw_fd();
        tasks.append(waiter(&log, Op::Recv, number, "resumed for the new file"));
        tasks.append(task(move |co| async move {
            sleep(&co, Duration::from_millis(50)).await?; // nobody was ready: it is registered
            drop(a);
            let (new, there) = pair_with(number);
            there.send(b"not for the one who waits")?;
            // Three times what the search takes; the new file is open all the time.
            sleep(&co, Duration::from_millis(750)).await?;
            drop((new, there));
            Ok(())
        }));
        assert_eq!(run(&tasks).failed(), 1);
        log.expect(&[]);
    });
    assert!(out.stderr.ends_with(": it was closed by another task\n"), "{}", out.stderr);
}
