//! # 01 · The first yield / Das erste yield
//!
//! A generator is a function that stops in the middle and goes on later, from the same place.
//! In Python the word `yield` makes one. Here it is an `async` function that gets a `co`, and
//! it stops at `co.yield_(value).await`. Its caller gets the value, and decides when it goes on.
//!
//! Write the body of `countdown`: it yields n, then n - 1, and so on down to 1; then it ends.
//! It prints nothing. What becomes of the numbers is the caller's business.
//!
//! ---
//!
//! Ein Generator ist eine Funktion, die mittendrin anhält und später an derselben Stelle
//! weitermacht. In Python genügt dafür das Wort `yield`. Hier ist es eine `async`-Funktion, die
//! ein `co` bekommt; sie hält bei `co.yield_(wert).await` an. Der Aufrufer bekommt den Wert und
//! entscheidet, wann es weitergeht.
//!
//! Schreib den Rumpf von `countdown`: Die Funktion liefert n, dann n - 1 und so weiter bis 1;
//! dann endet sie. Sie gibt nichts aus. Was aus den Zahlen wird, ist Sache des Aufrufers.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    // TODO: yield n, n - 1, … 1.
    todo!("yield the numbers from n down to 1, each with `co.yield_(…).await`")
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here.

#[cfg(test)]
mod tests {
    use super::*;
    use exercises::check;
    use genawaiter::rc::Gen;

    fn numbers(n: u32) -> Vec<u32> {
        // A countdown that never ends is stopped after 20 numbers.
        Gen::new(|co| countdown(co, n)).into_iter().take(20).collect()
    }

    #[test]
    fn it_yields_each_number_down_to_1() {
        check(
            "`countdown` yields n, n - 1, … down to 1, each number once.",
            "`countdown` liefert n, n - 1, … bis 1, jede Zahl einmal.",
            || {
                assert_eq!(numbers(3), [3, 2, 1], "countdown(co, 3) yielded other numbers");
                assert_eq!(numbers(1), [1], "countdown(co, 1) yielded other numbers");
            },
        );
    }

    #[test]
    fn from_0_it_ends_at_once() {
        check(
            "A countdown from 0 yields nothing; it just ends.",
            "Ein Countdown ab 0 liefert nichts, er endet gleich.",
            || assert_eq!(numbers(0), [0; 0], "countdown(co, 0) yielded something"),
        );
    }
}
