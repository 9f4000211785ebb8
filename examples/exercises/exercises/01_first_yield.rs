//! # 01 · The first yield / Das erste yield
//!
//! Its Rust: ../../docs/en/rust.md, "Functions and variables", "Loops", "async and await".
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
//! Rust dazu: ../../docs/de/rust.md, „Funktionen und Variablen“, „Schleifen“, „async und await“.
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
    // TODO: yield n, n - 1, … 1. A loop is `while … { … }`. A `u32` is a whole number, 0 or more.
    // What is to change needs `mut`: write `mut n: u32` above for `n -= 1`.
    // TODO (de): Liefere n, n - 1, … 1. Eine Schleife ist `while … { … }`. `u32` heißt: eine ganze
    // Zahl ab 0. Was sich ändern soll, braucht `mut`: Schreib oben `mut n: u32`, damit `n -= 1`
    // geht.
    todo!(
        "yield n, n - 1, … 1, each with `co.yield_(…).await` / \
             liefere n, n - 1, … 1, jedes mit `co.yield_(…).await`"
    )
}

// ==== The tests. Leave this line and all below as it is. / Die Tests. Ab hier nichts ändern. ====

fn main() {} // The tests are what runs here. / Was hier läuft, sind die Tests.

#[cfg(test)]
mod tests {
    // What is promised, and how it is tested / Was versprochen ist und wie es geprüft wird:
    // src/promises/first_yield.rs
    #[test]
    fn it_keeps_its_promises() {
        ::exercises::first_yield(super::countdown);
    }
}
