//! When a reset token is too old.

use chrono::NaiveDateTime;

/// Magento's rule: the age in whole hours, rounded down, has reached the period; so a token of 7199
/// seconds lives and one of 7200 is dead when the period is 2. A token without a time, or from the
/// future, is expired; a period of 0 expires everything.
///
/// * `period`: hours (`customer/password/reset_link_expiration_period`).
#[must_use]
pub fn is_expired(issued: Option<NaiveDateTime>, now: NaiveDateTime, period: i64) -> bool {
    let Some(issued) = issued else { return true };
    let age = (now - issued).num_seconds();
    age < 0 || age / 3600 >= period
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_a_second() {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap().naive_utc();
        let aged = |seconds| is_expired(Some(now - chrono::TimeDelta::seconds(seconds)), now, 2);
        assert!(!aged(0) && !aged(7199));
        assert!(aged(7200) && aged(7201) && aged(-1) && aged(-3600));
        assert!(is_expired(None, now, 2) && is_expired(Some(now), now, 0));
    }
}
