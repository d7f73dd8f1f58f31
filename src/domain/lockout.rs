//! When failed sign-ins lock an account: Magento's rule, without a window for the first failure.

use chrono::{NaiveDateTime, TimeDelta};

/// The shop's settings; either at 0 turns locking off.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// `customer/password/lockout_failures`.
    pub failures: i64,
    /// `customer/password/lockout_threshold`, minutes.
    pub minutes: i64,
}

/// The failure columns of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// `failures_num`.
    pub count: i32,
    /// `first_failure`.
    pub first: Option<NaiveDateTime>,
    /// `lock_expires`.
    pub locked_until: Option<NaiveDateTime>,
}

impl Failures {
    /// Whether there is anything to clear.
    #[must_use]
    pub fn any(&self) -> bool {
        self.count != 0 || self.first.is_some() || self.locked_until.is_some()
    }

    /// Whether the account is locked at `now`.
    #[must_use]
    pub fn is_locked(&self, now: NaiveDateTime) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }
}

impl Rule {
    /// Whether failures count at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.failures > 0 && self.minutes > 0
    }

    /// What the columns become after one more failure: a first failure, or one after a lock has run
    /// out, begins anew; the last one that is allowed locks, and further ones renew the lock.
    #[must_use]
    pub fn after_failure(&self, before: Failures, now: NaiveDateTime) -> Failures {
        let count = before.count.saturating_add(1);
        let ran_out = before.locked_until.is_some_and(|until| until < now);
        if count <= 1 || before.first.is_none() || ran_out {
            return Failures { count: 1, first: Some(now), locked_until: None };
        }
        let locks = i64::from(count) >= self.failures;
        let until = TimeDelta::try_minutes(self.minutes).and_then(|pause| now.checked_add_signed(pause));
        Failures { count, first: before.first, locked_until: if locks { until } else { before.locked_until } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> NaiveDateTime {
        chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap().naive_utc()
    }

    #[test]
    fn the_tenth_failure_locks_for_ten_minutes() {
        let rule = Rule { failures: 10, minutes: 10 };
        let mut state = Failures { count: 0, first: None, locked_until: None };
        for n in 1..10 {
            state = rule.after_failure(state, at(n));
            assert_eq!((i64::from(state.count), state.locked_until), (n, None));
        }
        state = rule.after_failure(state, at(10));
        assert_eq!((state.count, state.locked_until), (10, Some(at(610))));
        assert!(state.is_locked(at(609)) && !state.is_locked(at(610)));
        assert_eq!(rule.after_failure(state, at(20)).locked_until, Some(at(620)));
        assert_eq!(rule.after_failure(state, at(611)), Failures { count: 1, first: Some(at(611)), locked_until: None });
    }
}
