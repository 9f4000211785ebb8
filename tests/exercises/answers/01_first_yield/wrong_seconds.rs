//! A countdown takes a second for each number.
//! ---
//! Ein Countdown braucht für jede Zahl eine Sekunde.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        co.yield_(n).await;
        std::thread::sleep(std::time::Duration::from_secs(1));
        n -= 1;
    }
}
