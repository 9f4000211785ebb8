//! An example of long work: the more so, the larger the second largest factor of the number.

/// So many divisions are one step: some milliseconds.
const STEP: u32 = 1_000_000;

pub struct Factors {
    n: u64,
    factor: u64,
    found: Vec<u64>,
}

impl Factors {
    pub fn of(n: u64) -> Factors {
        Factors { n, factor: 2, found: Vec::new() }
    }

    /// Goes on for one step. `None` unless it is done with it.
    pub fn step(&mut self) -> Option<Vec<u64>> {
        for _ in 0..STEP {
            if self.factor > self.n / self.factor {
                self.found.push(self.n);
                return Some(std::mem::take(&mut self.found));
            }
            if self.n % self.factor == 0 {
                self.found.push(self.factor);
                self.n /= self.factor;
            } else {
                self.factor += 1;
            }
        }
        None
    }
}
