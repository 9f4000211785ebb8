//! A range `1..n` contains n.
//! ---
//! Ein Bereich `1..n` enthält n.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in (1..n).rev() {
        co.yield_(number).await;
    }
}
