//! A `loop` that looks for the end first.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    loop {
        if n == 0 {
            return;
        }
        co.yield_(n).await;
        n -= 1;
    }
}
