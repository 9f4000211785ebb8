//! All numbers on a stack, the largest on top.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    let mut numbers: Vec<u32> = (1..=n).collect();
    while let Some(number) = numbers.pop() {
        co.yield_(number).await;
    }
}
