//! n numbers are `0..n`, as in Python's `range(n)`.
//! ---
//! n Zahlen, das ist `0..n`, wie `range(n)` in Python.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in (0..n).rev() {
        co.yield_(number).await;
    }
}
