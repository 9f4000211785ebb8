//! One yield is the whole countdown: whoever wants the next number calls again.
//! ---
//! Ein yield ist der ganze Countdown: Wer die nächste Zahl will, ruft noch einmal auf.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    if n > 0 {
        co.yield_(n).await;
        n -= 1;
    }
}
