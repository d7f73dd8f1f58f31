//! The circuit breaker: an endpoint that fails again and again is left alone for a while.

use std::time::{Duration, Instant};

/// Failures in a row that open the circuit.
const MAX_FAILURES: u32 = 30;

/// How long it stays open. Commerce Layer waits for a person to close it; an hour does without one.
const OPEN: Duration = Duration::from_hours(1);

/// Counts failures in a row.
#[derive(Default)]
pub struct Breaker {
    failures: u32,
    open_since: Option<Instant>,
}

impl Breaker {
    /// Whether the endpoint may be tried.
    pub fn allows(&self, now: Instant) -> bool {
        self.open_since.is_none_or(|since| now.duration_since(since) >= OPEN)
    }

    /// Notes a failure; the first after an open hour opens it again.
    pub fn failed(&mut self, now: Instant) {
        self.failures += 1;
        if self.failures >= MAX_FAILURES {
            log::error!("a webhook endpoint failed {} times in a row and is left alone for an hour", self.failures);
            self.open_since = Some(now);
        }
    }

    /// Notes a success.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_and_closes() {
        let (mut breaker, begin) = (Breaker::default(), Instant::now());
        for _ in 0..29 {
            breaker.failed(begin);
            assert!(breaker.allows(begin));
        }
        breaker.failed(begin);
        assert!(!breaker.allows(begin) && breaker.allows(begin + OPEN));
        breaker.failed(begin + OPEN);
        assert!(!breaker.allows(begin + OPEN));
        breaker.succeeded();
        assert!(breaker.allows(begin));
    }
}
