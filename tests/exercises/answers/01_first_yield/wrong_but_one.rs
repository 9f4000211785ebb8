//! At 1 it is over: 1 is the end and not yielded any more.
//! ---
//! Bei 1 ist Schluss: Die 1 ist das Ende und wird nicht mehr geliefert.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 1 {
        co.yield_(n).await;
        n -= 1;
    }
}
