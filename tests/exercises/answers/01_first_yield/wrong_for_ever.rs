//! Never counts down, never ends.
//! says: your code: [3, 3, 3,

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    while n > 0 {
        co.yield_(n).await;
    }
}
