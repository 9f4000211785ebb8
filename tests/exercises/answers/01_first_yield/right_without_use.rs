//! The starter's `use` line is gone, and the names of the tests are taken.

macro_rules! assert_eq {
    ($($any:tt)*) => {};
}

fn check() {
    assert_eq!(1, 2);
}

async fn countdown(co: genawaiter::rc::Co<u32>, mut n: u32) {
    check();
    while n != 0 {
        co.yield_(n).await;
        n -= 1;
    }
}
