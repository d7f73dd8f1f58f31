//! The forms in which a password hash can be stored, read from its text.

/// How new passwords are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `$2b$…`, with this cost.
    Bcrypt {
        /// log2 of the rounds, 4 to 31.
        cost: u32,
    },
    /// Magento's `hash:salt:3_32_2_67108864`, so that its PHP can sign people in.
    Argon2id13,
}

/// A stored hash, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredHash<'a> {
    /// A bcrypt string; `prehashed` when the password went through SHA-384 first.
    Bcrypt {
        /// `$2b$12$…`.
        text: &'a str,
        /// Passwords beyond 72 bytes, or with a NUL byte, are not bcrypt's to take whole.
        prehashed: bool,
    },
    /// Magento's `hash:salt:version[:version…]`: versions left to right, each over the last result.
    Magento {
        /// Hex of the last step.
        hash: &'a str,
        /// The same for each step.
        salt: &'a str,
        /// At least one.
        versions: Vec<Version>,
    },
    /// Anything that is not in three parts: HMAC-SHA256 of the password with the crypt key, in hex.
    Keyed(&'a str),
}

/// One step of a Magento hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 0: `md5(salt ‖ password)`.
    Md5,
    /// 1: `sha256(salt ‖ password)`.
    Sha256,
    /// 2 and `3_length_ops_memory`: Argon2id v1.3.
    Argon2id {
        /// Bytes of output.
        length: usize,
        /// Passes.
        passes: u32,
        /// KiB.
        memory: u32,
    },
}

/// Marks a bcrypt hash of a password that bcrypt alone would have cut.
pub const PREHASHED: &str = "sha384";

/// The most memory that a stored hash may ask for: four times what Magento writes. A row is data,
/// not an order.
const MAX_MEMORY_KIB: u32 = 262_144;

/// What Magento writes today.
pub const CURRENT: Version = Version::Argon2id { length: 32, passes: 2, memory: 65_536 };

/// [`CURRENT`] as it stands in the column.
pub const CURRENT_TEXT: &str = "3_32_2_67108864";

/// Reads a stored hash; `None` for one that no password matches.
#[must_use]
pub fn parse(stored: &str) -> Option<StoredHash<'_>> {
    if stored.is_empty() {
        return None;
    }
    if let Some(text) = stored.strip_prefix(PREHASHED).filter(|text| text.starts_with("$2")) {
        return Some(StoredHash::Bcrypt { text, prehashed: true });
    }
    if stored.starts_with("$2") {
        return Some(StoredHash::Bcrypt { text: stored, prehashed: false });
    }
    let mut parts = stored.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(hash), Some(salt), Some(versions)) => {
            let versions = versions.split(':').map(version).collect::<Option<Vec<_>>>()?;
            Some(StoredHash::Magento { hash, salt, versions })
        }
        _ => Some(StoredHash::Keyed(stored)),
    }
}

fn version(text: &str) -> Option<Version> {
    match text {
        "0" => Some(Version::Md5),
        "1" => Some(Version::Sha256),
        "2" => Some(CURRENT),
        _ => {
            let numbers: Vec<u32> =
                text.strip_prefix("3_")?.split('_').map(str::parse).collect::<Result<_, _>>().ok()?;
            let [length, passes, bytes] = numbers[..] else { return None };
            let memory = bytes / 1024;
            let sane = (4..=64).contains(&length) && (1..=16).contains(&passes);
            (sane && (8..=MAX_MEMORY_KIB).contains(&memory)).then_some(Version::Argon2id {
                length: usize::try_from(length).ok()?,
                passes,
                memory,
            })
        }
    }
}

/// Whether bcrypt would drop part of this password.
#[must_use]
pub fn bcrypt_would_cut(password: &[u8]) -> bool {
    password.len() > 72 || password.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("abc"), Some(StoredHash::Keyed("abc")));
        assert_eq!(parse("2e9e:ab"), Some(StoredHash::Keyed("2e9e:ab")));
        assert_eq!(parse("$2b$12$x"), Some(StoredHash::Bcrypt { text: "$2b$12$x", prehashed: false }));
        assert_eq!(parse("sha384$2b$12$x"), Some(StoredHash::Bcrypt { text: "$2b$12$x", prehashed: true }));
        let versions = vec![Version::Md5, Version::Sha256, CURRENT];
        assert_eq!(parse("h:s:0:1:2"), Some(StoredHash::Magento { hash: "h", salt: "s", versions }));
        assert_eq!(parse("h:s:3_32_2_67108864"), parse("h:s:2"));
    }

    #[test]
    fn unknown_or_outrageous_versions_match_nothing() {
        for version in ["9", "", "3_32_2", "3_32_2_99999999999", "3_32_2_2147483648", "3_32_999_67108864", "1:x"] {
            assert_eq!(parse(&format!("h:s:{version}")), None, "{version}");
        }
    }
}
