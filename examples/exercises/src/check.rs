//! A promise that is tested: it explains itself, and it ends.

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::fmt::Debug;
use std::io::Write;
use std::panic::{self, panic_any, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};
use std::{any, env, io, process, thread};

use cpu_time::{ProcessTime, ThreadTime};

use crate::random;
use crate::thoughts::thoughts;

/// No exercise needs a tenth of it. Elsewhere pairs of sockets go through the network, and take longer.
const DEADLINE: Duration = Duration::from_secs(if cfg!(unix) { 2 } else { 10 });

thread_local! {
    /// Which exercise this thread tests.
    static EXERCISE: Cell<&'static str> = const { Cell::new("") };
}

/// An exercise, by the name of its file.
pub(crate) struct Exercise(pub(crate) &'static str);

impl Exercise {
    /// Tests one promise. If it does not hold, what is asked is said, in English, or in German if
    /// the terminal speaks German, and what others had thought; the next promise is not tested then:
    /// a beginner reads one complaint at a time. If the test does not end, the whole process does.
    pub(crate) fn promises(
        &self,
        english: &str,
        german: &str,
        test: impl FnOnce() + Send + 'static,
    ) {
        static PLAIN: Once = Once::new();
        PLAIN.call_once(print_panics_plainly);
        random::forget();
        let (exercise, (done, ended)) = (self.0, channel::<()>());
        let before = ProcessTime::now();
        let thread = thread::Builder::new()
            .name("your code".into())
            .spawn(move || {
                let _done = done; // dropped when the test ends, however it ends
                EXERCISE.set(exercise);
                test();
            })
            .expect("a thread for the test");
        let (start, ticks) = (Instant::now(), Ticks::new());
        let mut too_slow = true;
        // Beside busy processors it may take twice as long. A student's test ends after 5 s.
        while too_slow && ticks.passed() < DEADLINE && start.elapsed() < 2 * DEADLINE {
            too_slow = ended.recv_timeout(Ticks::TICK) == Err(RecvTimeoutError::Timeout);
        }
        let busy = ProcessTime::now().duration_since(before);
        let complaint = match too_slow {
            true if busy > Duration::from_millis(100) => Complaint::new(
                "Your code does not come to an end: it runs in circles, or does too much.",
                "Dein Programm kommt an kein Ende: Es dreht sich im Kreis oder tut zu viel.",
            ),
            true => Complaint::new(
                "Your code does not come to an end: it waits for something that never comes, or sleeps.",
                "Dein Programm kommt an kein Ende: Es wartet auf etwas, das nie kommt, oder schläft.",
            ),
            false => match thread.join() {
                Ok(()) => return,
                Err(panic) => Complaint::from(&*panic),
            },
        };
        let mut text = String::new();
        if too_slow {
            text += &format!("\n\n{}\n", complaint.said());
        }
        text += &format!(
            "\n{}: {}\n",
            either("What is asked", "Verlangt ist"),
            either(english, german)
        );
        if let Some(seed) = random::used() {
            let again = either("draws the same values again", "zieht noch einmal dieselben Werte");
            text += &format!("(SEED={seed} {again}.)\n");
        }
        let symptom = complaint.symptom(english);
        let others = thoughts(exercise, &symptom);
        if !others.is_empty() {
            text += either(
                "\nOthers who saw this had thought:\n",
                "\nAndere, die das sahen, hatten gedacht:\n",
            );
            for (english, german) in others {
                text += &format!("  - {}\n", either(english, german));
            }
        }
        if env::var_os("SYMPTOM").is_some() {
            text += &format!("symptom: {symptom}\n");
        }
        if too_slow {
            // Not `eprintln!`: the test runner keeps that back until the test has ended.
            let _ = io::stderr().write_all((text + "\n").as_bytes());
            process::exit(101); // a thread cannot be stopped, a process can
        }
        eprint!("{text}");
        resume_unwind(Box::new(()));
    }
}

/// A clock that goes slower while the processors are busy: a thread that sleeps again and again, and
/// gets its turn late then, as the code that is tested does.
pub(crate) struct Ticks(Arc<AtomicU32>);

impl Ticks {
    const TICK: Duration = Duration::from_millis(10);

    pub(crate) fn new() -> Ticks {
        let count = Arc::new(AtomicU32::new(0));
        let seen = Arc::downgrade(&count);
        thread::spawn(move || {
            loop {
                thread::sleep(Ticks::TICK);
                match seen.upgrade() {
                    Some(count) => count.fetch_add(1, Ordering::Relaxed),
                    None => break,
                };
            }
        });
        Ticks(count)
    }

    pub(crate) fn passed(&self) -> Duration {
        Ticks::TICK * self.0.load(Ordering::Relaxed)
    }
}

/// How a child process says where the student's code begins and ends to print.
const MARK: &str = "\u{1}";

impl Exercise {
    /// Tests the promise that nothing is printed: a second process does the same once more, and what
    /// it prints in between is read. The promises that are tested before hold there, too.
    pub(crate) fn is_silent(
        &self,
        english: &str,
        german: &str,
        code: impl FnOnce() + Send + 'static,
    ) {
        if env::var_os("IS_SILENT").is_some() {
            let mark = || {
                print!("{MARK}");
                eprint!("{MARK}");
            };
            mark();
            code();
            mark();
            process::exit(0);
        }
        let name = thread::current().name().filter(|name| name.contains("::")).map(String::from);
        self.promises(english, german, move || {
            let mut child = process::Command::new(env::current_exe().expect("this program"));
            match name {
                Some(name) => child.args(["--exact", &name]),
                None => child.arg("it_keeps_its_promises"),
            };
            let output =
                child.arg("--nocapture").env("IS_SILENT", "1").output().expect("a process");
            for stream in [output.stdout, output.stderr] {
                let stream = String::from_utf8_lossy(&stream);
                same(
                    stream.split(MARK).nth(1).unwrap_or("(nothing: it has ended the process)"),
                    "",
                    "it printed something",
                    "es hat etwas ausgegeben",
                );
            }
        });
    }
}

/// What is wrong, in both languages.
#[derive(Clone)]
struct Complaint {
    english: String,
    german: String,
}

impl Complaint {
    fn new(english: impl Into<String>, german: impl Into<String>) -> Complaint {
        Complaint { english: english.into(), german: german.into() }
    }

    /// What a panic says: of a test here, of the student's code, or of Rust.
    fn from(payload: &(dyn any::Any + Send)) -> Complaint {
        if let Some(complaint) = payload.downcast_ref::<Complaint>() {
            return complaint.clone();
        }
        let words = (payload.downcast_ref::<&str>().copied())
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("it panicked");
        if words.contains("resumed after completion") {
            return Complaint::new(
                "Here a generator is resumed after its end (Rust says: `async fn` resumed after \
                 completion).",
                "Hier wird ein Generator nach seinem Ende fortgesetzt (Rust sagt: `async fn` resumed \
                 after completion).",
            );
        }
        // The words of a `todo!` are in both languages.
        match words.strip_prefix("not yet implemented: ").and_then(|todo| todo.split_once(" / ")) {
            Some((english, german)) => {
                Complaint::new(format!("To do: {english}"), format!("Zu tun: {german}"))
            }
            None => Complaint::new(words, words),
        }
    }

    fn said(&self) -> &str {
        either(&self.english, &self.german)
    }

    /// What all have in common who see this, in one line. What was drawn at random is not part of it.
    fn symptom(&self, asked: &str) -> String {
        let words = &self.english;
        let first = words.lines().next().unwrap_or_default();
        format!("{asked:?} {:?}", if random::used().is_some() { first } else { words })
    }
}

/// Complains.
pub(crate) fn complain(english: impl Into<String>, german: impl Into<String>) -> ! {
    panic_any(Complaint::new(english, german))
}

/// Complains if it does not hold.
pub(crate) fn expect(holds: bool, english: &str, german: &str) {
    if !holds {
        complain(english, german);
    }
}

/// Complains if the student's is not the expected one. The words say what the two are.
pub(crate) fn same<T, U>(yours: T, expected: U, english: &str, german: &str)
where
    T: PartialEq<U> + Debug,
    U: Debug,
{
    if yours != expected {
        complain(
            format!("{english}\n  your code: {yours:?}\n   expected: {expected:?}"),
            format!("{german}\n  dein Programm: {yours:?}\n       erwartet: {expected:?}"),
        );
    }
}

/// What was wrong and where, without the names of threads and without pages of a backtrace.
fn print_panics_plainly() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        if payload.is::<()>() {
            return; // all is said
        }
        let complaint = Complaint::from(payload);
        let file = format!("{}.rs", EXERCISE.get());
        let place = info.location().map(|place| (place.file(), place.line()));
        let own = place.filter(|(path, _)| path.ends_with(&file)).map(|(_, line)| line);
        // What fails in a library was called from somewhere: it is that line which can be changed.
        let line = match payload.is::<Complaint>() {
            true => None,
            false => own.or_else(|| caller(&file)),
        };
        let said = complaint.said();
        match line {
            Some(line) => {
                eprintln!("\nexercises/{file}, {} {line}:\n{said}", either("line", "Zeile"))
            }
            None => eprintln!("\n{said}"),
        }
    }));
}

/// The innermost line of this file that is being executed.
fn caller(file: &str) -> Option<u32> {
    let trace = Backtrace::force_capture().to_string();
    let frame = trace.lines().find_map(|line| line.rsplit_once(&format!("{file}:")))?.1;
    frame.split(':').next()?.parse().ok()
}

/// In the language of the terminal, or in that of the exercises if these were handed out in one.
pub(crate) fn either<'a>(english: &'a str, german: &'a str) -> &'a str {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let language =
        ["EXERCISES_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    if language.is_some_and(|language| language.starts_with("de")) { german } else { english }
}

/// How long this thread has kept the processor busy so far. Waiting does not count.
pub(crate) fn cpu_time() -> Duration {
    ThreadTime::now().as_duration()
}

/// Complains if the student's list is not the expected one, and says where it begins to differ.
pub(crate) fn same_list<T: PartialEq + Debug>(
    yours: &[T],
    expected: &[T],
    english: &str,
    german: &str,
) {
    if yours.len() + expected.len() <= 40 {
        return same(yours, expected, english, german);
    }
    if yours != expected {
        let at = yours.iter().zip(expected).take_while(|(a, b)| a == b).count();
        let end =
            |list: &[T], end: &str| list.get(at).map_or(end.into(), |item| format!("{item:?}"));
        complain(
            format!(
                "{english}\n  your code: {}, at place {at}\n   expected: {}",
                end(yours, "the end"),
                end(expected, "the end")
            ),
            format!(
                "{german}\n  dein Programm: {}, an Stelle {at}\n       erwartet: {}",
                end(yours, "das Ende"),
                end(expected, "das Ende")
            ),
        );
    }
}
