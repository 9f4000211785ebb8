//! A function that yields from another.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    down(&co, n).await;
}

async fn down(co: &Co<u32>, n: u32) {
    if n > 0 {
        co.yield_(n).await;
        Box::pin(down(co, n - 1)).await;
    }
}
