//! The loop ends when n falls below 0.
//! ---
//! Die Schleife endet, wenn n unter 0 fällt.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n >= 0 {
        co.yield_(n).await;
        n -= 1;
    }
}
