//! One number comes in any case: the end is looked for after the yield.
//! ---
//! Eine Zahl kommt auf jeden Fall: Nach dem Ende sieht man erst nach dem yield.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    loop {
        co.yield_(n).await;
        n = n.saturating_sub(1);
        if n == 0 {
            break;
        }
    }
}
