#![doc = "placeholder"]
#![warn(missing_docs)]
#![deny(unsafe_code)]

mod print;
mod scheduler;
mod select;
mod socket;
mod task;

pub use print::{print, print_error};
pub use scheduler::{Tasks, run};
pub use socket::{Pause, accept, cannot_listen, recv, send};
pub use task::{Co, Op, Task, task};
