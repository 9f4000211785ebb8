//! The subtraction itself says when it is over.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while let Some(next) = n.checked_sub(1) {
        co.yield_(n).await;
        n = next;
    }
}
