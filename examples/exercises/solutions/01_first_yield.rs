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
