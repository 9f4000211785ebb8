//! One counter is enough, and all can see it: a `static`.
//! ---
//! Ein Zähler genügt, den alle sehen können: ein `static`.

use genawaiter::rc::Co;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static N: AtomicU32 = AtomicU32::new(0);
async fn countdown(co: Co<u32>, n: u32) {
    N.store(n, Relaxed);
    while N.load(Relaxed) > 0 {
        co.yield_(N.load(Relaxed)).await;
        N.fetch_sub(1, Relaxed);
    }
}
