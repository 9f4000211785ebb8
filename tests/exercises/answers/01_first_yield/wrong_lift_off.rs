//! It cannot hurt to show the numbers as well.
//! ---
//! Es schadet nicht, die Zahlen auch noch zu zeigen.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        co.yield_(n).await;
        n -= 1;
    }
    println!("lift off");
}
