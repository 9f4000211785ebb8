//! So that it ends in any case, it stops after a thousand numbers.
//! ---
//! Damit sie auf jeden Fall endet, hört sie nach tausend Zahlen auf.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for i in (1..=n).rev().take(1000) {
        co.yield_(i).await;
    }
}
