//! What a task promises, whatever is in it: it ends alone, and says what was wrong.

mod common;

use std::cell::RefCell;
use std::fmt;
use std::future::{pending, poll_fn};
use std::io;
use std::panic::panic_any;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

use common::{alone, alone_with, run_well};
use genlab::{
    AsRawFd, Co, GeneratorState, Op, RawFd, Socket, Task, Tasks, Timer, print, run, sleep,
    socketpair, task,
};

/// Drives the task beside another one, which must end well, and returns the first one's error.
fn error_of(odd: Task) -> String {
    let tasks = Tasks::new();
    let (here, there) = socketpair().unwrap();
    tasks.append(odd);
    tasks.append(task(move |co| async move {
        co.yield_((Op::Send, here.as_raw_fd())).await;
        here.send(b"the other task ran").map(drop)
    }));
    let outcome = run(&tasks);
    assert_eq!(there.recv(100).unwrap().as_deref(), Some(&b"the other task ran"[..]));
    assert_eq!(outcome.failed(), 1);
    outcome.failures()[0].error.to_string()
}

#[test]
fn a_panic_with_a_payload_that_panics_ends_its_task_alone() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb); // and that one's destructor does it again
        }
    }
    alone_with(2, || {
        let error = error_of(task(|_co| async { panic_any(Bomb) }));
        assert_eq!(error, "panicked: no message");
    });
}

#[test]
fn an_error_whose_words_and_destructor_panic_ends_its_task_alone() {
    #[derive(Debug)]
    struct Bomb;
    impl fmt::Display for Bomb {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no words")
        }
    }
    impl std::error::Error for Bomb {}
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("no end");
        }
    }
    let out = alone_with(102, || {
        let tasks = Tasks::new();
        // Of so many, some are not kept: those are dropped inside of `run`.
        for _ in 0..101 {
            tasks.append(task(|_co| async { Err(io::Error::other(Bomb)) }));
        }
        tasks.append(task(|_co| async { Ok(()) }));
        let outcome = run(&tasks);
        assert_eq!((outcome.failed(), outcome.failures().len()), (101, 100));
        std::mem::forget(outcome);
    });
    assert_eq!(out.stdout, "Task done\n");
}

#[test]
fn a_future_of_somebody_else_is_an_error_that_says_so() {
    alone(|| {
        assert_eq!(
            error_of(task(|_co| async { pending().await })),
            "it has awaited a future that does not yield to this scheduler; a task can wait only by \
             `co.yield_`, and by what is built on it"
        );
    });
}

/// What `join!` of other crates does: polls both until both are done.
async fn join(one: impl Future<Output = ()>, two: impl Future<Output = ()>) {
    let (mut one, mut two) = (pin!(one), pin!(two));
    let mut done = (false, false);
    poll_fn(|context| {
        done.0 = done.0 || one.as_mut().poll(context).is_ready();
        done.1 = done.1 || two.as_mut().poll(context).is_ready();
        if done == (true, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

async fn wait(co: &Co, sock: &Socket) {
    co.yield_((Op::Recv, sock.as_raw_fd())).await;
}

#[test]
fn two_waits_at_once_in_one_task_are_an_error() {
    alone_with(1, || {
        let (a, b) = socketpair().unwrap();
        let error = error_of(task(move |co| async move {
            join(wait(&co, &a), wait(&co, &b)).await;
            Ok(())
        }));
        assert!(
            error.contains("panicked: a task yields here, but has not awaited its last"),
            "{error}"
        );
    });
}

#[test]
fn a_task_that_resumes_another_one_may_wait_too() {
    alone(|| {
        let (a, b) = socketpair().unwrap();
        let tasks = Tasks::new();
        tasks.append(task(move |co| async move {
            let mut inner = task(move |co| async move {
                wait(&co, &b).await;
                Ok(())
            });
            assert!(matches!(inner.resume(), GeneratorState::Yielded((Op::Recv, _))));
            co.yield_((Op::Send, a.as_raw_fd())).await;
            assert!(matches!(inner.resume(), GeneratorState::Complete(Ok(()))));
            Ok(())
        }));
        run_well(&tasks);
    });
}

trait Named {
    fn in_a_trait(self) -> Task;
}

impl<T: 'static> Named for Vec<T> {
    fn in_a_trait(self) -> Task {
        task(|_co| async move {
            let _vec = self;
            Ok(())
        })
    }
}

fn generic<T: fmt::Debug + 'static>(value: T) -> Task {
    async fn inner<T: fmt::Debug>(value: T) -> io::Result<()> {
        print(format!("{value:?}"));
        Ok(())
    }
    task(|_co| inner(value))
}

#[test]
fn a_task_has_the_name_of_its_function_wherever_that_is() {
    struct Method;
    impl Method {
        fn inherent(self) -> Task {
            task(|_co| async move {
                let _self = self;
                Ok(())
            })
        }
    }
    let in_a_closure = || task(|_co| async { Ok(()) });
    let names: Vec<_> = [
        vec![Some(1)].in_a_trait(),
        generic(vec![Some("text")]),
        Method.inherent(),
        in_a_closure(),
    ]
    .iter()
    .map(Task::name)
    .collect();
    let this = "a_task_has_the_name_of_its_function_wherever_that_is";
    assert_eq!(names, ["in_a_trait", "inner", "inherent", this]);
}

#[test]
fn sleep_takes_any_time_and_wakes_the_sleepers_in_order() {
    let out = alone(|| {
        let tasks = Tasks::new();
        let start = Instant::now();
        for ms in [30, 10, 20, 0] {
            tasks.append(task(move |co| async move {
                sleep(&co, Duration::from_millis(ms)).await?;
                assert!(start.elapsed() >= Duration::from_millis(ms));
                print(ms);
                Ok(())
            }));
        }
        run_well(&tasks);
    });
    let order: Vec<_> = out.stdout.lines().filter(|&line| line != "Task done").collect();
    assert_eq!(order, ["0", "10", "20", "30"]);
    let forever = [Duration::MAX, Duration::from_secs(u64::MAX / 10), Duration::from_secs(1 << 40)];
    for time in forever {
        let mut sleeper = task(move |co| async move { sleep(&co, time).await });
        for _ in 0..3 {
            // Resumed although it is not time, it goes on to sleep.
            assert!(matches!(sleeper.resume(), GeneratorState::Yielded((Op::Recv, _))), "{time:?}");
        }
    }
}

#[test]
fn a_sleep_that_was_given_up_does_not_end_the_next() {
    alone(|| {
        let timer = Rc::new(Timer::new().unwrap());
        let sleeper = |time| {
            let timer = timer.clone();
            task(move |co| async move { timer.sleep(&co, time).await })
        };
        let mut short = sleeper(Duration::from_millis(1));
        assert!(matches!(short.resume(), GeneratorState::Yielded(_)));
        drop(short);
        let (start, long) = (Instant::now(), Duration::from_millis(50));
        let tasks = Tasks::new();
        tasks.append(sleeper(long));
        run_well(&tasks);
        assert!(start.elapsed() >= long, "{:?}", start.elapsed());
    });
}

#[test]
fn of_two_who_sleep_with_one_timer_the_second_ends_with_an_error_and_the_first_sleeps_on() {
    alone(|| {
        let timer = Rc::new(Timer::new().unwrap());
        let tasks = Tasks::new();
        let (start, long) = (Instant::now(), Duration::from_millis(100));
        for time in [long, Duration::from_millis(10)] {
            let timer = timer.clone();
            tasks.append(task(move |co| async move {
                timer.sleep(&co, time).await?;
                assert!(start.elapsed() >= long, "{:?}", start.elapsed());
                Ok(())
            }));
        }
        let outcome = run(&tasks);
        assert_eq!(outcome.failed(), 1);
        let error = outcome.failures()[0].error.to_string();
        assert_eq!(error, "another task sleeps with this timer already");
    });
}

#[test]
fn an_error_is_one_line_whatever_is_in_it() {
    let out = alone(|| {
        error_of(task(|_co| async { Err(io::Error::other("a\nb: c\x1b[2J")) }));
    });
    assert_eq!(out.stderr, "an_error_is_one_line_whatever_is_in_it: a\\nb: c\\u{1b}[2J\n");
}

#[allow(dead_code)]
#[path = "../examples/poll.rs"]
mod own;

/// The same generators, made with one `Gen` or the other: what the tests see of them.
macro_rules! seen {
    ($from:path) => {{
        use $from::*;
        struct Guard(Log);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.push("destructor");
            }
        }
        async fn inner(co: &Co<(Op, RawFd)>, log: &Log) -> io::Result<u8> {
            log.push("inner");
            co.yield_((Op::Send, 2)).await;
            Ok(7)
        }
        let log = Log::default();
        let make = || {
            let log = log.clone();
            Gen::new(|co: Co<(Op, RawFd)>| async move {
                let _guard = Guard(log.clone());
                log.push("begins");
                co.yield_((Op::Recv, 1)).await;
                let n = inner(&co, &log).await?;
                log.push("ends");
                io::Result::Ok(n)
            })
        };
        let (mut whole, never, mut dropped) = (make(), make(), make());
        drop(never);
        log.push("made");
        for _ in 0..3 {
            log.push(match whole.resume() {
                GeneratorState::Yielded(pair) => format!("yielded {pair:?}"),
                GeneratorState::Complete(result) => format!("complete {:?}", result.unwrap()),
            });
        }
        let _ = dropped.resume();
        drop(dropped);
        log.take()
    }};
}

#[test]
fn a_generator_of_a_few_lines_does_all_that_is_asked_of_genawaiter() {
    #[derive(Clone, Default)]
    struct Log(Rc<RefCell<Vec<String>>>);
    impl Log {
        fn push(&self, what: impl Into<String>) {
            self.0.borrow_mut().push(what.into());
        }
        fn take(&self) -> Vec<String> {
            self.0.take()
        }
    }
    mod genawaiters {
        pub use genawaiter::GeneratorState;
        pub use genawaiter::rc::{Co, Gen};
    }
    let asked = [
        "made",
        "begins",
        "yielded (Recv, 1)",
        "inner",
        "yielded (Send, 2)",
        "ends",
        "destructor",
        "complete 7",
        "begins",
        "destructor",
    ];
    assert_eq!(seen!(genawaiters), asked);
    assert_eq!(seen!(own), asked);
}
