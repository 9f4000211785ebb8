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
use crate::recorder;
use crate::thoughts::{Told, thoughts};

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
                recorder::begin(exercise);
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
        // Of what is still to be written there is nothing to see.
        let written = !complaint.english.starts_with("To do: ");
        let page = written.then(|| recorder::save(&complaint.english, &complaint.german));
        if let Some(path) = page.flatten() {
            let what = either(
                "What your code did, step by step, up to the mistake; open it in a browser:",
                "Was dein Programm tat, Schritt für Schritt bis zum Fehler; öffne es im Browser:",
            );
            text += &format!("\n{what}\n  {}\n", path.display());
        }
        let symptom = complaint.symptom(english);
        let Told { alike, thoughts } = thoughts(exercise, &symptom);
        if !thoughts.is_empty() {
            text += match alike {
                true => either(
                    "\nOthers who failed here had thought:\n",
                    "\nAndere, die hier scheiterten, hatten gedacht:\n",
                ),
                false => either(
                    "\nOthers who saw this had thought:\n",
                    "\nAndere, die das sahen, hatten gedacht:\n",
                ),
            };
            for (english, german) in thoughts {
                text += &format!("  - {}\n", either(english, german));
            }
        }
        if env::var_os("SYMPTOM").is_some() {
            text += &format!("symptom: {symptom}\n");
            if complaint.english == complaint.german {
                text += "(This is not said in German.)\n";
            }
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
                    "your function printed something",
                    "deine Funktion hat etwas ausgegeben",
                );
            }
        });
    }
}

/// What Rust and the libraries say when they panic, as far as a beginner meets it: how to know it, and
/// what it means. In place of `: …` stands what they say.
const KNOWN: [(&[&str], &str, &str); 14] = [
    (
        &["resumed after completion"],
        "Here a generator is resumed after its end (Rust says: `async fn` resumed after completion).",
        "Hier wird ein Generator nach seinem Ende fortgesetzt (Rust sagt: `async fn` resumed after \
         completion).",
    ),
    (
        &["without an intervening await"],
        "You have called `co.yield_(…)` without awaiting it. Write `.await` right behind it.",
        "Du hast `co.yield_(…)` aufgerufen, ohne es mit `.await` abzuwarten. Schreib `.await` \
         unmittelbar dahinter.",
    ),
    (
        &["has not awaited its last `yield_`"],
        "A task yields here, but has not awaited its last `yield_`: is an `.await` missing behind that \
         one? (A task waits for one thing at a time.)",
        "Hier hält eine Task mit `yield_` an, hat aber ihr voriges `yield_` nicht abgewartet: Fehlt \
         dahinter ein `.await`? (Eine Task kann nur auf eines zugleich warten.)",
    ),
    (
        &["resumed via a non-async method", "awaited a future that does not yield"],
        "Something was awaited that never yields: a task can only await `co.yield_(…)`, and functions \
         that are built on it.",
        "Es wurde auf etwas gewartet, das nie ein yield erreicht: Abwarten kann eine Task nur \
         `co.yield_(…)` und Funktionen, die darauf beruhen.",
    ),
    (
        &["subtract with overflow"],
        "A number became smaller than 0; a `u32` or `usize` cannot.",
        "Eine Zahl wurde kleiner als 0; ein `u32` oder `usize` kann das nicht.",
    ),
    (
        &["with overflow"],
        "A number became larger than its type can hold.",
        "Eine Zahl wurde größer, als ihr Typ es erlaubt.",
    ),
    (
        &["overflow when subtracting"],
        "A time became smaller than 0; a `Duration` cannot.",
        "Eine Zeit wurde kleiner als 0; eine `Duration` kann das nicht.",
    ),
    (
        &["divide by zero", "divisor of zero"],
        "A number was divided by 0.",
        "Eine Zahl wurde durch 0 geteilt.",
    ),
    (
        &["not yet implemented", "not implemented"],
        "Here something is still to be written: a `todo!` was reached.",
        "Hier ist noch etwas zu schreiben: Ein `todo!` wurde erreicht.",
    ),
    (
        &["no entry found for key"],
        "A `HashMap` was asked with `[…]` for a key that is not in it.",
        "Eine `HashMap` wurde mit `[…]` nach einem Schlüssel gefragt, der nicht darin ist.",
    ),
    (
        &["on a `None` value"],
        "`unwrap` found no value: the `Option` is `None`.",
        "`unwrap` fand keinen Wert: Das `Option` ist `None`.",
    ),
    (
        &["on an `Err` value"],
        "`unwrap` found an error in place of a value: the `Result` is an `Err` (Rust says: …).",
        "`unwrap` fand einen Fehler statt eines Werts: Das `Result` ist ein `Err` (Rust sagt: …).",
    ),
    (
        &["already borrowed", "already mutably borrowed"],
        "Here a `RefCell` is borrowed, while another `borrow()` or `borrow_mut()` of it has not ended.",
        "Hier wird eine `RefCell` ausgeliehen, während sie durch ein anderes `borrow()` oder \
         `borrow_mut()` noch ausgeliehen ist.",
    ),
    (
        &[
            "out of bounds",
            "out of range",
            "ut of bounds access",
            "slice index starts at",
            "index (is ",
            "mid > len",
            "does not match destination slice length",
            "char boundary",
        ],
        "Here a place is asked for that is not there (Rust says: …).",
        "Hier ist ein Platz verlangt, den es nicht gibt (Rust sagt: …).",
    ),
];

/// What is wrong, in both languages.
#[derive(Clone)]
pub(crate) struct Complaint {
    english: String,
    german: String,
}

impl Complaint {
    pub(crate) fn new(english: impl Into<String>, german: impl Into<String>) -> Complaint {
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
        // The words of a `todo!` are in both languages, if they were not handed out in one.
        let Some(todo) = words.strip_prefix("not yet implemented: ") else {
            return Complaint::of(words);
        };
        let (english, german) = todo.split_once(" / ").unwrap_or((todo, todo));
        Complaint::new(format!("To do: {english}"), format!("Zu tun: {german}"))
    }

    /// What Rust, a library or an error says, in both languages if it is known.
    fn of(words: &str) -> Complaint {
        let is = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
        match KNOWN.iter().find(|(signs, ..)| is(signs)) {
            Some((_, english, german)) => {
                let said =
                    words.split_once("on an `Err` value: ").map_or(words, |(_, error)| error);
                let with = |text: &str| text.replace(": …)", &format!(": {said})"));
                Complaint::new(with(english), with(german))
            }
            None => Complaint::new(words, words),
        }
    }

    fn said(&self) -> &str {
        either(&self.english, &self.german)
    }

    /// What all have in common who see this, in one line. What was drawn at random is not part of it.
    fn symptom(&self, asked: &str) -> String {
        let first = self.english.lines().next().unwrap_or_default();
        let words = if random::used().is_some() { first } else { &self.english };
        // Which number a descriptor has is another matter in each terminal.
        let mut pieces = words.split(" fd ");
        let mut said = pieces.next().unwrap_or_default().to_string();
        for piece in pieces {
            said += &format!(" fd {}", piece.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        format!("{asked:?} {said:?}")
    }
}

/// Complains.
pub(crate) fn complain(english: impl Into<String>, german: impl Into<String>) -> ! {
    panic_any(Complaint::new(english, german))
}

/// What an error says, in English and in German if it is known.
pub(crate) fn words(error: &io::Error) -> (String, String) {
    let Complaint { english, german } = Complaint::of(&error.to_string());
    (english, german)
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
            true => own,
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
