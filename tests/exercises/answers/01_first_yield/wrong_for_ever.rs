//! `n` gets smaller by itself, or somebody else sees to it.
//! ---
//! `n` wird von selbst kleiner, oder jemand anderes sorgt dafür.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    while n > 0 {
        co.yield_(n).await;
    }
}
