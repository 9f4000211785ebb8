//! One yield hands the number out, a second one waits for the caller.
//! ---
//! Ein yield gibt die Zahl heraus, ein zweites wartet auf den Aufrufer.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        co.yield_(n).await;
        co.yield_(n).await;
        n -= 1;
    }
}
