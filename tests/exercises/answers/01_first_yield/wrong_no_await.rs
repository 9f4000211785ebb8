//! Forgets `.await`: nothing is yielded.
//! says: `countdown` yields n, n - 1, … down to 1, each number once.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        let _ = co.yield_(n);
        n -= 1;
    }
}
