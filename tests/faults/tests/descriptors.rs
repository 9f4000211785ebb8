//! Descriptors are numbers, and a number can change its meaning while somebody waits for it.
//!
//! What `select` hands to the poller and to `poll(2)` are such numbers, in `unsafe` blocks. Each
//! test makes one of their arguments false from the outside, as far as tasks can, and looks for
//! what would be seen if it mattered: a task resumed for a file that is not its own, a task lost,
//! a processor burnt, memory taken.
#![cfg(target_os = "linux")]

mod child;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, IntoRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::process;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use faults::process::{cpu_of_this_thread, memory};
use genlab::{Op, Task, Tasks, task};

fn pair() -> (UnixStream, UnixStream) {
    UnixStream::pair().expect("there are descriptors for a socket pair")
}

/// Waits for `fd` and counts how often it is resumed.
fn waiter(fd: RawFd, resumed: Rc<Cell<u32>>) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, fd)).await;
        resumed.set(resumed.get() + 1);
        Ok(())
    })
}

/// So many tasks that wait until what is returned is dropped: among many, those who wait longest
/// are handed to the poller, so what is to be armed is appended before.
fn crowd(tasks: &Tasks, n: usize) -> Vec<UnixStream> {
    let other_sides = (0..n).map(|_| {
        let (mut here, there) = pair();
        tasks.append(task(move |co| async move {
            co.yield_((Op::Recv, here.as_raw_fd())).await;
            here.read(&mut [0]).map(drop)
        }));
        there
    });
    other_sides.collect()
}

/// Runs `body` once the crowd and all others have been waiting for many rounds; then the crowd
/// leaves.
fn later<F: Future<Output = io::Result<()>> + 'static>(
    tasks: &Tasks,
    crowd: Vec<UnixStream>,
    body: impl FnOnce(genlab::Co) -> F + 'static,
) {
    tasks.append(task(move |co| async move {
        child::rounds(&co, 100).await?;
        let done = body(co).await;
        drop(crowd);
        done
    }));
}

/// A descriptor that another thread makes ready after so long.
fn alarm(after: Duration) -> UnixStream {
    let (here, mut there) = pair();
    thread::spawn(move || {
        thread::park_timeout(after);
        there.write_all(b".")
    });
    here
}

/// A waiter on a number that another task closes, and opens again, for the same number, in another
/// file; a second waiter for that. Returns how often each was resumed.
fn reused(armed: bool) -> (u32, u32) {
    let tasks = Tasks::new();
    let (first, second) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (old, _old_other) = pair();
    let fd = old.as_raw_fd();
    // Those who wait longest are handed to the poller, until only a few are left.
    tasks.append(waiter(fd, first.clone()));
    let crowd = crowd(&tasks, if armed { 40 } else { 0 });
    let (more, seen) = (tasks.clone(), (first.clone(), second.clone()));
    later(&tasks, crowd, move |co| async move {
        drop(old);
        let (new, mut new_other) = pair();
        assert_eq!(new.as_raw_fd(), fd, "the kernel gives out the lowest number");
        more.append(waiter(fd, seen.1.clone()));
        child::rounds(&co, 100).await?;
        assert_eq!((seen.0.get(), seen.1.get()), (0, 0), "nothing was sent yet");
        new_other.write_all(b".")?;
        child::rounds(&co, 100).await?;
        assert_eq!(seen.0.get() + seen.1.get(), 1, "now something was");
        drop(new);
        Ok(())
    });
    child::run_failing(
        &tasks,
        &[(
            "waiter",
            if armed { "it was closed by another task" } else { "cannot wait to receive" },
        )],
    );
    (first.get(), second.get())
}

#[test]
fn a_number_that_was_reused_resumes_nobody_for_the_new_file() {
    let stderr = child::process("a_number_that_was_reused_resumes_nobody_for_the_new_file", || {
        assert_eq!(reused(true), (0, 1));
    });
    if let Some(stderr) = stderr {
        let line = "waiter: cannot wait to receive on fd";
        assert_eq!(stderr.matches(line).count(), 1, "{stderr}");
        assert!(stderr.contains("it was closed by another task"), "{stderr}");
    }
}

#[test]
fn a_number_that_was_reused_among_few_loses_no_task() {
    let stderr = child::process("a_number_that_was_reused_among_few_loses_no_task", || {
        // Who is only asked about with `poll(2)` waits for a number, whatever it means: nobody
        // can tell which of the two is meant. The other gets an error; none is lost.
        let (first, second) = reused(false);
        assert_eq!(first + second, 1);
    });
    if let Some(stderr) = stderr {
        assert_eq!(stderr.matches("waiter: cannot wait to receive on fd").count(), 1, "{stderr}");
    }
}

#[test]
fn a_number_reused_by_who_does_not_wait_resumes_nobody_wrongly() {
    child::process("a_number_reused_by_who_does_not_wait_resumes_nobody_wrongly", || {
        let tasks = Tasks::new();
        let (old, _old_other) = pair();
        let resumed = Rc::new(Cell::new(0));
        let fd = old.as_raw_fd();
        tasks.append(waiter(fd, resumed.clone()));
        let crowd = crowd(&tasks, 40);
        let seen = resumed.clone();
        later(&tasks, crowd, move |co| async move {
            drop(old);
            // Nothing is ever sent here. Whether the waiter gets an error, or goes on to wait, for
            // a file that it did not mean, is its closer's fault; resumed it must not be.
            let (new, new_other) = pair();
            assert_eq!(new.as_raw_fd(), fd, "the kernel gives out the lowest number");
            let alarm = alarm(Duration::from_millis(500));
            co.yield_((Op::Recv, alarm.as_raw_fd())).await;
            assert_eq!(seen.get(), 0, "resumed, though nothing was sent");
            drop((new, new_other));
            Ok(())
        });
        child::run_failing(&tasks, &[("waiter", "cannot wait to receive")]);
        assert_eq!(resumed.get(), 0);
    });
}

#[test]
fn a_wait_closed_by_another_task_ends_with_an_error_even_if_all_is_quiet() {
    let name = "a_wait_closed_by_another_task_ends_with_an_error_even_if_all_is_quiet";
    let stderr = child::process(name, || {
        for size in [0, 40] {
            let tasks = Tasks::new();
            let resumed = Rc::new(Cell::new(0));
            let (here, _there) = pair();
            tasks.append(waiter(here.as_raw_fd(), resumed.clone()));
            let crowd = crowd(&tasks, size);
            let (gone, alarm) = (here.as_raw_fd(), alarm(Duration::from_secs(1)));
            later(&tasks, crowd, move |co| async move {
                drop(here);
                let used = cpu_of_this_thread();
                co.yield_((Op::Recv, alarm.as_raw_fd())).await;
                let used = cpu_of_this_thread() - used;
                assert!(used < Duration::from_millis(200), "{used:?} in a quiet second");
                eprintln!("a second later, {gone}");
                Ok(())
            });
            child::run_failing(&tasks, &[("waiter", "it is closed")]);
            assert_eq!(resumed.get(), 0);
        }
    });
    if let Some(stderr) = stderr {
        let lines: Vec<_> = stderr.lines().filter(|line| line.contains("it is closed")).collect();
        assert_eq!(lines.len(), 2, "{stderr}");
        assert!(stderr.find("it is closed") < stderr.find("a second later"), "{stderr}");
    }
}

#[test]
fn a_registration_that_outlives_its_number_is_only_a_hint() {
    let name = "a_registration_that_outlives_its_number_is_only_a_hint";
    let stderr = child::process(name, || {
        let tasks = Tasks::new();
        let resumed = Rc::new(Cell::new(0));
        let (here, mut there) = pair();
        // Under this number the file stays open, and epoll goes on to report the other.
        let duplicate = here.try_clone().expect("a socket can be duplicated");
        tasks.append(waiter(here.as_raw_fd(), resumed.clone()));
        let crowd = crowd(&tasks, 40);
        let seen = resumed.clone();
        later(&tasks, crowd, move |co| async move {
            drop(here);
            there.write_all(b"what the waiter must not be resumed for")?;
            let alarm = alarm(Duration::from_secs(1));
            let used = cpu_of_this_thread();
            co.yield_((Op::Recv, alarm.as_raw_fd())).await;
            let used = cpu_of_this_thread() - used;
            assert!(used < Duration::from_millis(200), "{used:?} in a quiet second");
            assert_eq!(seen.get(), 0);
            drop(duplicate);
            Ok(())
        });
        child::run_failing(&tasks, &[("waiter", "cannot wait to receive")]);
        assert_eq!(resumed.get(), 0);
    });
    if let Some(stderr) = stderr {
        assert_eq!(stderr.matches("waiter: cannot wait").count(), 1, "{stderr}");
    }
}

#[test]
fn a_number_reused_while_its_old_file_lives_on_belongs_to_the_new() {
    child::process("a_number_reused_while_its_old_file_lives_on_belongs_to_the_new", || {
        let tasks = Tasks::new();
        let (first, second) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (old, mut old_other) = pair();
        let duplicate = old.try_clone().expect("a socket can be duplicated");
        let fd = old.as_raw_fd();
        tasks.append(waiter(fd, first.clone()));
        let crowd = crowd(&tasks, 40);
        let (more, seen) = (tasks.clone(), second.clone());
        later(&tasks, crowd, move |co| async move {
            drop(old);
            let (new, mut new_other) = pair();
            assert_eq!(new.as_raw_fd(), fd, "the kernel gives out the lowest number");
            more.append(waiter(fd, seen.clone()));
            child::rounds(&co, 100).await?;
            // The old file has data, and its registration is for the same number.
            old_other.write_all(b".")?;
            child::rounds(&co, 100).await?;
            assert_eq!(seen.get(), 0, "resumed for the old file");
            let used = cpu_of_this_thread();
            let alarm = alarm(Duration::from_secs(1));
            co.yield_((Op::Recv, alarm.as_raw_fd())).await;
            let used = cpu_of_this_thread() - used;
            assert!(used < Duration::from_millis(200), "{used:?} in a quiet second");
            new_other.write_all(b".")?;
            child::rounds(&co, 100).await?;
            assert_eq!(seen.get(), 1, "not resumed for the new file");
            drop((new, duplicate));
            Ok(())
        });
        child::run_failing(&tasks, &[("waiter", "it was closed by another task")]);
        assert_eq!((first.get(), second.get()), (0, 1));
    });
}

#[test]
fn who_sends_and_who_receives_on_one_fd_are_both_resumed() {
    child::process("who_sends_and_who_receives_on_one_fd_are_both_resumed", || {
        let tasks = Tasks::new();
        let (here, mut there) = pair();
        here.set_nonblocking(true).expect("a socket can be set up");
        while (&here).write(&[0; 4096]).is_ok() {} // full: to send has to wait, too
        let fd = here.as_raw_fd();
        let (sent, received) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        tasks.append(waiter(fd, received.clone()));
        let sent_too = sent.clone();
        tasks.append(task(move |co| async move {
            co.yield_((Op::Send, fd)).await;
            sent_too.set(1);
            Ok(())
        }));
        let crowd = crowd(&tasks, 40);
        let seen = (sent.clone(), received.clone());
        later(&tasks, crowd, move |co| async move {
            assert_eq!((seen.0.get(), seen.1.get()), (0, 0));
            there.write_all(b".")?;
            child::rounds(&co, 100).await?;
            assert_eq!((seen.0.get(), seen.1.get()), (0, 1), "only the receiver");
            there.set_nonblocking(true)?;
            while there.read(&mut [0; 4096]).is_ok() {}
            child::rounds(&co, 100).await?;
            assert_eq!((seen.0.get(), seen.1.get()), (1, 1), "and now the sender");
            drop(here);
            Ok(())
        });
        child::run_well(&tasks);
    });
}

/// Sets the soft limit on descriptors.
fn limit(most: u64) {
    let limit = Rlimit { current: Some(most), ..getrlimit(Resource::Nofile) };
    setrlimit(Resource::Nofile, limit).expect("a lower limit can be set");
}

/// `n` tasks wait, `select` may have `most` descriptors from the `after`th round on, and then all
/// are served; in between, half a second of quiet costs nothing.
fn served_though_poll_refuses(n: usize, most: u64, after: usize) {
    let tasks = Tasks::new();
    let others = crowd(&tasks, n);
    let quiet = alarm(Duration::from_millis(500));
    tasks.append(task(move |co| async move {
        child::rounds(&co, after).await?;
        let file = File::open("/proc/self/status")?;
        // `poll(2)` refuses to be asked about more than that, and nothing new can be opened.
        limit(most);
        let used = cpu_of_this_thread();
        co.yield_((Op::Recv, quiet.as_raw_fd())).await;
        let used = cpu_of_this_thread() - used;
        eprintln!("processor time in half a second: {used:?}");
        assert!(used < Duration::from_millis(300), "{used:?} in half a quiet second");
        drop((file, others));
        Ok(())
    }));
    child::run_well(&tasks);
}

#[test]
fn a_limit_below_the_number_of_waits_stops_nobody() {
    child::process("a_limit_below_the_number_of_waits_stops_nobody", || {
        served_though_poll_refuses(200, 50, 100);
    });
}

#[test]
fn a_limit_below_the_number_of_waits_from_the_start_stops_nobody() {
    child::process("a_limit_below_the_number_of_waits_from_the_start_stops_nobody", || {
        // The poller itself cannot be made any more.
        served_though_poll_refuses(200, 50, 0);
    });
}

#[test]
fn a_number_that_no_descriptor_has_takes_no_memory() {
    let name = "a_number_that_no_descriptor_has_takes_no_memory";
    let stderr = child::process(name, || {
        let tasks = Tasks::new();
        let before = memory(process::id());
        for op in [Op::Recv, Op::Send] {
            for fd in [RawFd::MAX, RawFd::MAX - 1, 1 << 30, RawFd::MIN, -1] {
                tasks.append(task(move |co| async move {
                    co.yield_((op, fd)).await;
                    panic!("resumed for fd {fd}")
                }));
            }
        }
        child::run_failing(&tasks, &[(name, "cannot wait to"); 10]);
        let after = memory(process::id());
        assert!(after < before + 1024, "memory grew from {before} KiB to {after} KiB");
    });
    if let Some(stderr) = stderr {
        assert_eq!(stderr.matches("cannot wait to").count(), 10, "{stderr}");
        assert!(!stderr.contains("resumed"), "{stderr}");
    }
}

#[test]
fn a_high_number_is_a_number_like_others() {
    child::process("a_high_number_is_a_number_like_others", || {
        let most = faults::process::raise_descriptor_limit() as RawFd;
        let (here, mut there) = pair();
        let high = most - 1;
        // The first free number from there.
        let at_the_top = fcntl_dupfd_cloexec(here, high).expect("the highest number is free");
        assert_eq!(at_the_top.into_raw_fd(), high);
        let resumed = Rc::new(Cell::new(0));
        let tasks = Tasks::new();
        tasks.append(waiter(high, resumed.clone()));
        let crowd = crowd(&tasks, 40);
        let seen = resumed.clone();
        later(&tasks, crowd, move |co| async move {
            assert_eq!(seen.get(), 0);
            there.write_all(b".")?;
            child::rounds(&co, 100).await?;
            assert_eq!(seen.get(), 1);
            Ok(())
        });
        child::run_well(&tasks);
        assert_eq!(resumed.get(), 1);
    });
}

#[test]
fn receivers_are_resumed_before_senders() {
    child::process("receivers_are_resumed_before_senders", || {
        let order = Rc::new(std::cell::RefCell::new(String::new()));
        let tasks = Tasks::new();
        let mut pairs = Vec::new();
        for op in [Op::Send, Op::Recv, Op::Send, Op::Recv] {
            let (here, mut there) = pair();
            there.write_all(b".").expect("a socket pair takes a byte");
            let (fd, order) = (here.as_raw_fd(), order.clone());
            pairs.push((here, there));
            tasks.append(task(move |co| async move {
                co.yield_((op, fd)).await;
                order.borrow_mut().push(if op == Op::Recv { 'r' } else { 's' });
                Ok(())
            }));
        }
        let start = Instant::now();
        child::run_well(&tasks);
        assert!(start.elapsed() < Duration::from_secs(1));
        assert_eq!(*order.borrow(), "rrss");
    });
}
