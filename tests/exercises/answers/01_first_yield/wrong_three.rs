//! A countdown is three, two, one.
//! ---
//! Ein Countdown geht drei, zwei, eins.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in [3, 2, 1] {
        if number <= n {
            co.yield_(number).await;
        }
    }
}
