//! An iterator that is not driven before it is asked.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, n: u32) {
    let numbers = std::iter::successors(Some(n), |n| n.checked_sub(1));
    for number in numbers.take_while(|number| *number > 0) {
        co.yield_(number).await;
    }
}
