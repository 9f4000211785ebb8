//! Yields 0 as well.
//! says: countdown(co, 0) yielded something

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    for number in (0..=n).rev() {
        co.yield_(number).await;
    }
}
