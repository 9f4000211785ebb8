//! Prints the numbers instead of yielding them.
//! says: countdown(co, 3) yielded other numbers

use genawaiter::rc::Co;

async fn countdown(co: Co<u32>, mut n: u32) {
    let _ = co;
    while n > 0 {
        println!("{n}");
        n -= 1;
    }
}
