//! Only shows the way: `watch` is a package of its own, with libraries that no other example needs.

use std::process::exit;

fn main() {
    eprintln!("watch is a package of its own now: cargo run -p watch");
    exit(1);
}
