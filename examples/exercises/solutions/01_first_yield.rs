//! # 01 · The first yield / Das erste yield
//!
//! Why: `co.yield_(n)` hands the number out, and `.await` is where the function stops until it is
//! resumed; `n` lives on in between. The condition is checked before the first yield, so that a
//! countdown from 0 yields nothing. A `for number in (1..=n).rev()` is just as good.
//!
//! ---
//!
//! Warum: `co.yield_(n)` gibt die Zahl heraus, und bei `.await` hält die Funktion an, bis sie
//! fortgesetzt wird; `n` bleibt dabei erhalten. Die Bedingung steht vor dem ersten yield, damit
//! ein Countdown ab 0 nichts liefert. Genauso gut ist `for number in (1..=n).rev()`.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        co.yield_(n).await;
        n -= 1;
    }
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
