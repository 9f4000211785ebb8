//! Stops after the first number.
//! says: your code: [3]

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    if n > 0 {
        co.yield_(n).await;
        n -= 1;
    }
}
