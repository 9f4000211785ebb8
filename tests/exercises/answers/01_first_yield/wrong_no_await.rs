//! `co.yield_(…)` alone hands the number out; `.await` is decoration.
//! ---
//! `co.yield_(…)` allein gibt die Zahl heraus; das `.await` ist nur Beiwerk.

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    while n > 0 {
        co.yield_(n);
        n -= 1;
    }
}
