//! The numbers are small.
//! ---
//! Die Zahlen sind klein.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    for _ in 0..10 {
        if n > 0 {
            co.yield_(n).await;
            n -= 1;
        }
    }
}
