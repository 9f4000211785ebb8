//! One counts from 1 to n.
//! ---
//! Man zählt von 1 bis n.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in 1..=n {
        co.yield_(number).await;
    }
}
