//! Counts up.
//! says: your code: [1, 2, 3]

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in 1..=n {
        co.yield_(number).await;
    }
}
