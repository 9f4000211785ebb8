//! A range can run downwards: `n..=1` begins at n.
//! ---
//! Ein Bereich kann abwärts laufen: `n..=1` beginnt bei n.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in n..=1 {
        co.yield_(number).await;
    }
}
