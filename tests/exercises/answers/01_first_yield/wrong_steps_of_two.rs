//! The yield counts, and the line after it counts.
//! ---
//! Das yield zählt, und die Zeile danach zählt.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        n -= 1;
        co.yield_(n + 1).await;
        n = n.saturating_sub(1);
    }
}
