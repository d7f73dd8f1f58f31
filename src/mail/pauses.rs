//! How long to wait before a mail is tried again.

use std::time::Duration;

/// Seconds after the first, second… failure.
const PAUSES: [u64; 7] = [1, 5, 30, 120, 600, 1800, 3600];

/// Where a mail begins that the server refused for good: at ten minutes.
const REFUSED: usize = 4;

/// The pause after so many failures, a fifth shorter or longer: after an outage the mails do not all
/// come at the same second. `spread` is random.
#[must_use]
pub fn pause(failures: usize, refused: bool, spread: u8) -> Duration {
    let step = failures.saturating_sub(1) + if refused { REFUSED } else { 0 };
    let seconds = PAUSES[step.min(PAUSES.len() - 1)];
    let fifth = seconds / 5;
    Duration::from_secs(seconds - fifth + fifth * 2 * u64::from(spread) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_grow_and_spread() {
        let seconds = |failures, spread| pause(failures, false, spread).as_secs();
        assert_eq!([seconds(1, 0), seconds(1, 255), seconds(2, 0), seconds(2, 255)], [1, 1, 4, 6]);
        assert_eq!([seconds(3, 128), seconds(7, 0), seconds(99, 255)], [30, 2880, 4320]);
        assert_eq!(pause(1, true, 0).as_secs(), 480);
    }
}
