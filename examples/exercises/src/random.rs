//! Values that nobody can know in advance.

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The seed of the promise that is being tested; 0 if it draws nothing.
static USED: AtomicU64 = AtomicU64::new(0);

/// A source of random numbers. `SEED=…` in the environment makes it draw the same again.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Random {
        let given = env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let now =
            || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_micros());
        let seed = given.unwrap_or_else(|| now() as u64 % 1_000_000).max(1);
        USED.store(seed, Ordering::Relaxed);
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// One of 0, 1, … `end` - 1.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // Xorshift: Marsaglia, 2003.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }
}

/// The seed, if anything was drawn since `forget`.
pub(crate) fn used() -> Option<u64> {
    Some(USED.load(Ordering::Relaxed)).filter(|seed| *seed > 0)
}

pub(crate) fn forget() {
    USED.store(0, Ordering::Relaxed);
}
