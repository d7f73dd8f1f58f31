//! API credentials.

use std::fmt;

/// What an application may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Trusted, with a secret: manages resets.
    Integration,
    /// A storefront in the browser, without a secret: may only update resets.
    SalesChannel,
}

impl Kind {
    /// Reads a stored or typed name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Integration, Self::SalesChannel].into_iter().find(|kind| kind.as_str() == name)
    }

    /// As Commerce Layer writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::SalesChannel => "sales_channel",
        }
    }

    /// How long its access tokens live, in seconds.
    #[must_use]
    pub fn token_seconds(self) -> i64 {
        match self {
            Self::Integration => 2 * 3600,
            Self::SalesChannel => 4 * 3600,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An application; its secret is nowhere readable.
#[derive(Clone, Debug)]
pub struct Application {
    /// Row id.
    pub id: i64,
    /// As tokens name it.
    pub public_id: String,
    /// What it may do.
    pub kind: Kind,
    /// For people.
    pub name: String,
    /// What it signs in with.
    pub client_id: String,
    /// The keyed digest of its secret; none for a sales channel.
    pub secret_digest: Option<String>,
    /// UTC.
    pub created_at: chrono::NaiveDateTime,
    /// When it was revoked.
    pub revoked_at: Option<chrono::NaiveDateTime>,
}
