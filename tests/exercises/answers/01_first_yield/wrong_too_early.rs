//! First one counts down, then one says the number.
//! ---
//! Erst zählt man herunter, dann sagt man die Zahl.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        n -= 1;
        co.yield_(n).await;
    }
}
