//! The numbers are small.
//! ---
//! Die Zahlen sind klein.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    for number in (1..=n as u8).rev() {
        co.yield_(number.into()).await;
    }
}
