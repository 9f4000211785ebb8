//! A countdown ends with 0.
//! ---
//! Ein Countdown endet mit der Null.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in (0..=n).rev() {
        co.yield_(number).await;
    }
}
