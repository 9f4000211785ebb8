//! The loop counts by itself, and `n` with it.
//! ---
//! Die Schleife zählt von selbst und `n` zählt mit.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for _ in 0..n {
        co.yield_(n).await;
    }
}
