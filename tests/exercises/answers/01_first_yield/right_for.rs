//! A range, counted backwards.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in (1..=n).rev() {
        co.yield_(number).await;
    }
}
