//! To yield a number means to show it on the screen.
//! ---
//! Eine Zahl liefern heißt, sie auf dem Bildschirm zu zeigen.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    let _ = co;
    while n > 0 {
        println!("{n}");
        n -= 1;
    }
}
