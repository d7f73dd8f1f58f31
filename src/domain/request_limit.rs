//! How often a reset link may be asked for: Magento 2.4.8's two checks.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Whose earlier requests count (`customer/password/password_reset_protection_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// 0: nobody's.
    Off,
    /// 1: the same address's or the same email's.
    AddressOrEmail,
    /// 2: the same address's.
    Address,
    /// 3: the same email's.
    Email,
}

/// The shop's limits.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimit {
    /// Whose requests count.
    pub protection: Protection,
    /// Seconds that must lie between two; 0 turns the check off.
    pub pause: i64,
    /// Requests within [`WINDOW`]; 0 turns the check off.
    pub most: i64,
}

/// Seconds in which requests are counted.
pub const WINDOW: i64 = 3600;

impl RequestLimit {
    /// Whether another request is one too many.
    ///
    /// * `newest_age`: seconds since the newest that counts.
    /// * `recent`: how many count within [`WINDOW`].
    #[must_use]
    pub fn is_exceeded(&self, newest_age: Option<i64>, recent: i64) -> bool {
        let too_soon = self.pause > 0 && newest_age.is_some_and(|age| age < self.pause);
        let too_many = self.most > 0 && recent >= self.most;
        self.protection != Protection::Off && (too_soon || too_many)
    }
}

/// An address as it is kept in Magento's 15 characters. An IPv6 address counts by its /64, which is
/// what one customer is given; Magento cuts it off, and so never finds it again.
#[must_use]
pub fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("v6:{}", STANDARD_NO_PAD.encode(&address.octets()[..8])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_checks() {
        let limit = RequestLimit { protection: Protection::AddressOrEmail, pause: 600, most: 5 };
        assert!(!limit.is_exceeded(None, 0) && !limit.is_exceeded(Some(600), 4));
        assert!(limit.is_exceeded(Some(599), 1) && limit.is_exceeded(Some(900), 5));
        let off = RequestLimit { protection: Protection::Off, ..limit };
        assert!(!off.is_exceeded(Some(0), 100));
        assert!(!RequestLimit { pause: 0, most: 0, ..limit }.is_exceeded(Some(0), 100));
    }

    #[test]
    fn addresses_fit_the_column() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert!(key("2001:db8:1:2::1").len() <= 15);
    }
}
