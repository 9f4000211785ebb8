//! Code of a task that panics where nobody looks: in destructors, and in the words of an error.
#![cfg(target_os = "linux")]

mod child;

use std::cell::Cell;
use std::fmt;
use std::io;
use std::panic::panic_any;
use std::rc::Rc;

use genlab::{Op, Task, Tasks, task};

const AS_ASKED: &str = "as the test has asked";

/// It goes off when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{AS_ASKED}");
    }
}

/// An error whose words are a panic.
#[derive(Debug)]
struct Speechless;

impl fmt::Display for Speechless {
    fn fmt(&self, _: &mut fmt::Formatter) -> fmt::Result {
        panic!("{AS_ASKED}");
    }
}

impl std::error::Error for Speechless {}

/// An error that goes off when it is dropped.
struct Explosive(Bomb);

impl fmt::Debug for Explosive {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Explosive")
    }
}

impl fmt::Display for Explosive {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("it says so")
    }
}

impl std::error::Error for Explosive {}

/// Yields a few times, and counts that it has come to its end.
fn another(ended: &Rc<Cell<u32>>) -> Task {
    let ended = Rc::clone(ended);
    task(move |co| async move {
        child::rounds(&co, 5).await?;
        ended.set(ended.get() + 1);
        Ok(())
    })
}

/// Runs `broken` between others, and again after them: it fails, with these words, and they do not.
fn ends_alone(name: &str, broken: fn() -> Task, words: &'static str) {
    let stderr = child::process_with_panics(name, &[AS_ASKED, "no words"], || {
        let tasks = Tasks::new();
        let ended = Rc::new(Cell::new(0));
        tasks.append(another(&ended));
        tasks.append(broken());
        tasks.append(another(&ended));
        let more = tasks.clone();
        tasks.append(task(move |co| async move {
            child::rounds(&co, 10).await?;
            more.append(broken());
            Ok(())
        }));
        // What comes back holds the errors, and lets go of them without harm.
        drop(child::run_failing(&tasks, &[("broken", words); 2]));
        assert_eq!(ended.get(), 2);
        let tasks = Tasks::new();
        tasks.append(another(&ended));
        child::run_well(&tasks);
        assert_eq!(ended.get(), 3);
    });
    if let Some(stderr) = stderr {
        assert_eq!(stderr.matches("broken: ").count(), 2, "{stderr}");
    }
}

#[test]
fn a_panic_whose_payload_panics_when_dropped_ends_only_its_own_task() {
    fn broken() -> Task {
        task(|_co| async { panic_any(Bomb) })
    }
    let name = "a_panic_whose_payload_panics_when_dropped_ends_only_its_own_task";
    ends_alone(name, broken, "panicked");
}

#[test]
fn an_error_whose_words_are_a_panic_ends_only_its_own_task() {
    fn broken() -> Task {
        task(|_co| async { Err(io::Error::other(Speechless)) })
    }
    let name = "an_error_whose_words_are_a_panic_ends_only_its_own_task";
    let stderr = child::process_with_panics(name, &[AS_ASKED], || {
        let tasks = Tasks::new();
        let ended = Rc::new(Cell::new(0));
        tasks.append(broken());
        tasks.append(another(&ended));
        tasks.append(broken());
        assert!(!child::run_to_the_end(&tasks));
        assert_eq!(ended.get(), 1);
    });
    if let Some(stderr) = stderr {
        assert_eq!(stderr.matches("broken: ").count(), 2, "{stderr}");
    }
}

#[test]
fn an_error_that_panics_when_dropped_ends_only_its_own_task() {
    fn broken() -> Task {
        task(|_co| async { Err(io::Error::other(Explosive(Bomb))) })
    }
    let name = "an_error_that_panics_when_dropped_ends_only_its_own_task";
    ends_alone(name, broken, "it says so");
}

#[test]
fn a_thousand_errors_that_panic_when_dropped_end_only_their_own_tasks() {
    let name = "a_thousand_errors_that_panic_when_dropped_end_only_their_own_tasks";
    child::process_with_panics(name, &[AS_ASKED], || {
        let tasks = Tasks::new();
        let ended = Rc::new(Cell::new(0));
        for _ in 0..1000 {
            tasks.append(task(|_co| async { Err(io::Error::other(Explosive(Bomb))) }));
        }
        tasks.append(another(&ended));
        assert!(!child::run_to_the_end(&tasks));
        assert_eq!(ended.get(), 1);
    });
}

#[test]
fn a_destructor_that_panics_when_a_wait_fails_ends_only_its_own_task() {
    fn broken() -> Task {
        task(|co| async move {
            let _bomb = Bomb;
            co.yield_((Op::Recv, -1)).await;
            Ok(())
        })
    }
    let name = "a_destructor_that_panics_when_a_wait_fails_ends_only_its_own_task";
    ends_alone(name, broken, "fd -1: no descriptor has a negative number");
}

#[test]
fn a_destructor_that_panics_after_a_foreign_future_ends_only_its_own_task() {
    fn broken() -> Task {
        task(|_co| async {
            let _bomb = Bomb;
            std::future::pending().await
        })
    }
    let name = "a_destructor_that_panics_after_a_foreign_future_ends_only_its_own_task";
    ends_alone(name, broken, "");
}
