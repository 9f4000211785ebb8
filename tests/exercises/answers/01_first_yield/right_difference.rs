//! Counts up, and yields what is left.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for gone in 0..n {
        co.yield_(n - gone).await;
    }
}
