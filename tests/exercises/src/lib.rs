//! What tells right from wrong: the exercises, cut at the line between the student's part and the
//! tests; a workshop that compiles any student's part with the tests of the original; and a
//! process that ends in time whatever it does.

pub mod course;
pub mod judge;
pub mod keeper;
pub mod process;
pub mod submissions;
pub mod table;
pub mod workshop;

use rayon::prelude::*;

/// Does the work for all items, on all processors; the results are in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    items.par_iter().enumerate().map(|(i, item)| work(i, item)).collect()
}
