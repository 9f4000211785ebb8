//! Counts down before the first yield.
//! says: your code: [2, 1, 0]

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        n -= 1;
        co.yield_(n).await;
    }
}
