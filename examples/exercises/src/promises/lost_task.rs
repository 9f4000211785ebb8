//! 06: the lost task.

use std::collections::HashMap;

use genlab::{RawFd, Task, task};

use crate::Log;
use crate::check::{Exercise, complain, expect, same};
use crate::random::Random;

type Area = HashMap<RawFd, Task>;

/// A task that says its name when it is resumed.
fn named(log: &Log, name: impl Into<String>) -> Task {
    let (log, name) = (log.clone(), name.into());
    task(move |_co| async move {
        log.push(name);
        Ok(())
    })
}

/// The promises of `park`.
pub fn lost_task(park: fn(&mut Area, RawFd, Task) -> Result<(), Task>) {
    const EXERCISE: Exercise = Exercise("06_lost_task");
    // The tests know what should become of it.
    let on_a_free_place =
        move |area: &mut Area, fd: RawFd, task: Task, english: &str, german: &str| {
            expect(park(area, fd, task).is_ok(), english, german);
        };
    let refused = move |log: &Log, area: &mut Area, fd: RawFd, task: Task| match park(
        area, fd, task,
    ) {
        Err(task) => task,
        Ok(()) => {
            let mut parked: Vec<_> = area.drain().collect();
            parked.sort_by_key(|(fd, _)| *fd);
            log.push("|");
            let mut who = |(fd, mut task): (RawFd, Task)| {
                let _ = task.resume();
                let name = log.text().rsplit(", ").next().unwrap_or_default().to_string();
                if fd < 100 { format!("{fd}: {name}") } else { format!("another: {name}") }
            };
            let parked: Vec<_> = parked.drain(..).map(&mut who).collect();
            complain(
                format!(
                    "a second task for place {fd} was not refused: `park` returned Ok\n  parked are \
                     then: {}",
                    parked.join(", ")
                ),
                format!(
                    "eine zweite Task für Platz {fd} wurde nicht abgewiesen: `park` hat Ok geliefert\n  \
                     geparkt sind dann: {}",
                    parked.join(", ")
                ),
            );
        }
    };
    let leave = |area: &mut Area, fd: RawFd| match area.remove(&fd) {
        Some(mut task) => drop(task.resume()),
        None => complain(
            "nobody is parked where a task should be",
            "niemand ist geparkt, wo eine Task sein sollte",
        ),
    };
    EXERCISE.promises(
        "On a free place the task is parked under its descriptor, and the answer is `Ok(())`.",
        "Auf einem freien Platz wird die Task unter ihrem Deskriptor geparkt, die Antwort ist \
         `Ok(())`.",
        move || {
            let (log, mut area) = (Log::new(), Area::new());
            let mut free = |fd, name| {
                on_a_free_place(
                    &mut area,
                    fd,
                    named(&log, name),
                    &format!("a task was refused, but place {fd} was free"),
                    &format!("eine Task wurde abgewiesen, aber Platz {fd} war frei"),
                );
            };
            for (fd, name) in [(5, "a"), (6, "b"), (3, "c"), (0, "d"), (69, "e"), (1000, "f")] {
                free(fd, name);
            }
            (70..500).for_each(|fd| free(fd, "g"));
            same(
                area.len(),
                436,
                "436 tasks came, each for a free place; how many are parked",
                "436 Tasks kamen, jede auf einen freien Platz; wie viele geparkt sind",
            );
            for fd in [6, 5, 1000, 3] {
                leave(&mut area, fd);
            }
            same(
                log.text().as_str(),
                "b, a, f, c",
                "who was parked under 6, 5, 1000 and 3",
                "wer unter 6, 5, 1000 und 3 geparkt war",
            );
        },
    );
    EXERCISE.promises(
        "If another task waits there already, it stays, and the newcomer comes back as `Err(task)`. \
         Nobody is resumed.",
        "Wartet dort schon eine andere Task, so bleibt sie, und die neue kommt als `Err(task)` \
         zurück. Niemand wird fortgesetzt.",
        move || {
            // First with nobody else in the area, then with others.
            for others in [&[][..], &[3, 9], &[3, 4, 6, 9, 12]] {
                let (log, mut area) = (Log::new(), Area::new());
                area.extend(others.iter().map(|&fd| (fd, named(&log, "another"))));
                // One is older than the one that is parked first, one of another generator function.
                let (elder, noted) = (named(&log, "second"), log.clone());
                let third = task(move |_co| async move {
                    noted.push("third");
                    Ok(())
                });
                let (english, german) = (
                    "a task was refused, but place 5 was free",
                    "eine Task wurde abgewiesen, aber Platz 5 war frei",
                );
                on_a_free_place(&mut area, 5, named(&log, "first"), english, german);
                let mut second = refused(&log, &mut area, 5, elder);
                let mut third = refused(&log, &mut area, 5, third);
                same(
                    log.text().as_str(),
                    "",
                    "who was resumed by `park`",
                    "wen `park` fortgesetzt hat",
                );
                leave(&mut area, 5);
                same(
                    log.text().as_str(),
                    "first",
                    "who is parked under 5 (first, second and third came for it)",
                    "wer unter 5 geparkt ist (first, second und third kamen dafür)",
                );
                let _ = (second.resume(), third.resume());
                same(
                    log.text().as_str(),
                    "first, second, third",
                    "who was parked, and who came back as the second and the third",
                    "wer geparkt war und wer als zweite und dritte zurückkam",
                );
                let (english, german) =
                    ("how many wait under other numbers", "wie viele unter anderen Nummern warten");
                same(area.len(), others.len(), english, german);
            }
        },
    );
    EXERCISE.promises(
        "When the first task has left, the place is free for another.",
        "Wenn die erste Task gegangen ist, ist der Platz für eine andere frei.",
        move || {
            let (log, mut area) = (Log::new(), Area::new());
            for name in ["a", "b", "c"] {
                let (english, german) = (
                    "a task was refused, but place 5 was free again",
                    "eine Task wurde abgewiesen, aber Platz 5 war wieder frei",
                );
                on_a_free_place(&mut area, 5, named(&log, name), english, german);
                let _ = refused(&log, &mut area, 5, named(&log, "x"));
                leave(&mut area, 5);
            }
            same(
                log.text().as_str(),
                "a, b, c",
                "a came for place 5, then b when a had left, then c; who was parked",
                "a kam auf Platz 5, dann b, als a weg war, dann c; wer geparkt war",
            );
        },
    );
    EXERCISE.promises(
        "So it is for any descriptors, in any order.",
        "So ist es für beliebige Deskriptoren, in beliebiger Reihenfolge.",
        move || {
            let (mut random, log, mut area) = (Random::new(), Log::new(), Area::new());
            let mut waiting: Vec<(RawFd, String)> = Vec::new();
            for i in 0..300 {
                let (fd, name) = (random.below(40) as RawFd, format!("{i}"));
                let at = waiting.iter().position(|(other, _)| *other == fd);
                match (at, random.below(3)) {
                    (Some(at), 0) => {
                        leave(&mut area, fd);
                        let (_, name) = waiting.remove(at);
                        let said = log.text().rsplit(", ").next().unwrap_or_default().to_string();
                        same(
                            said,
                            name,
                            "who was parked under one of many numbers",
                            "wer unter einer von vielen Nummern geparkt war",
                        );
                    }
                    (Some(_), _) => drop(refused(&log, &mut area, fd, named(&log, name))),
                    (None, _) => {
                        let (english, german) = (
                            "a task was refused, but its place was free",
                            "eine Task wurde abgewiesen, aber ihr Platz war frei",
                        );
                        on_a_free_place(&mut area, fd, named(&log, name.clone()), english, german);
                        waiting.push((fd, name));
                    }
                }
            }
            same(
                area.len(),
                waiting.len(),
                "how many wait, after 300 have come",
                "wie viele warten, nachdem 300 gekommen sind",
            );
        },
    );
}
