//! A test that explains itself, and that ends.

use std::io::Write;
use std::panic::{self, resume_unwind};
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use std::{env, io, process, thread};

/// No exercise needs a tenth of it.
const DEADLINE: Duration = Duration::from_secs(2);

/// Runs one test of an exercise. If it fails, what is asked is said, in English, or in German if
/// the terminal speaks German. If it does not end, that is said, and the whole process ends.
pub fn check(english: &str, german: &str, test: impl FnOnce() + Send + 'static) {
    static PLAIN: Once = Once::new();
    PLAIN.call_once(print_panics_plainly);
    let german_spoken = speaks_german();
    let (label, asked) =
        if german_spoken { ("Verlangt ist", german) } else { ("What is asked", english) };
    let (done, ended) = channel::<()>();
    let thread = thread::Builder::new()
        .name("your code".into())
        .spawn(move || {
            let _done = done; // dropped when the test ends, however it ends
            test();
        })
        .expect("a thread for the test");
    if ended.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
        let seconds = DEADLINE.as_secs();
        let explanation = if german_spoken {
            format!(
                "Dein Programm ist nach {seconds} s noch nicht fertig: Es wartet auf etwas, das nie \
                 kommt, oder es dreht sich im Kreis."
            )
        } else {
            format!(
                "Your code did not finish within {seconds} s: it waits for something that never \
                 comes, or it runs in circles."
            )
        };
        // Not `eprintln!`: the test runner keeps that back until the test has ended.
        let text = format!("\n\n{explanation}\n{label}: {asked}\n\n");
        let _ = io::stderr().write_all(text.as_bytes());
        process::exit(101); // a thread cannot be stopped, a process can
    }
    if let Err(panic) = thread.join() {
        eprintln!("\n{label}: {asked}");
        resume_unwind(panic);
    }
}

/// Rust's words, with those of the exercises in front.
const TOO_OFTEN: &str =
    "a generator was resumed after its end: `async fn` resumed after completion";

/// What was wrong and where, without the names of threads and without pages of a backtrace.
fn print_panics_plainly() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let words = (payload.downcast_ref::<&str>().copied())
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("it panicked");
        // A beginner need not know which side of `assert_eq!` is whose.
        let words = words
            .replace("assertion `left == right` failed: ", "")
            .replace("assertion `left == right` failed", "it is not as it should be")
            .replace("\n  left: ", "\n  your code: ")
            .replace("\n right: ", "\n   expected: ")
            .replace("`async fn` resumed after completion", TOO_OFTEN);
        match info.location() {
            Some(place) => eprintln!("{}, line {}:\n{words}", place.file(), place.line()),
            None => eprintln!("{words}"),
        }
    }));
}

fn speaks_german() -> bool {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let language = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
    language.is_some_and(|language| language.starts_with("de"))
}

/// How long this thread has kept the processor busy so far. Waiting does not count.
pub fn cpu_time() -> Duration {
    cpu_time::ThreadTime::now().as_duration()
}
