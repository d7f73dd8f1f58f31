//! Time and randomness: the two parts of the world that tests replace.

use chrono::{NaiveDateTime, SubsecRound, Utc};
use rand::TryRng;
use rand::rngs::SysRng;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// UTC in whole seconds, which is what Magento's columns hold.
    fn now(&self) -> NaiveDateTime;

    /// UTC in milliseconds, which is what Commerce Layer's resources show.
    fn now_millis(&self) -> NaiveDateTime {
        self.now()
    }
}

/// Makes secrets.
pub trait Random: Send + Sync {
    /// Fills with bytes that nobody can foresee.
    fn fill(&self, bytes: &mut [u8]);
}

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> NaiveDateTime {
        Utc::now().naive_utc().trunc_subsecs(0)
    }

    fn now_millis(&self) -> NaiveDateTime {
        Utc::now().naive_utc().trunc_subsecs(3)
    }
}

/// The system's generator.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness no token may be made; nothing sensible is left to do.
        SysRng.try_fill_bytes(bytes).unwrap_or_else(|error| panic!("no randomness: {error}"));
    }
}
