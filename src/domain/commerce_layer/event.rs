//! What happened to a reset.

use chrono::NaiveDateTime;

/// A kind of event; its name is also the webhook's topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A reset was created: shops send the mail now.
    Create,
    /// Its token was spent.
    ResetPassword,
    /// It was deleted.
    Destroy,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Create, Self::ResetPassword, Self::Destroy];

    /// As Commerce Layer names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "customer_password_resets.create",
            Self::ResetPassword => "customer_password_resets.reset_password",
            Self::Destroy => "customer_password_resets.destroy",
        }
    }
}

/// An event of a reset.
#[derive(Clone, Debug)]
pub struct Event {
    /// Ten letters.
    pub public_id: String,
    /// The topic.
    pub name: String,
    /// UTC, milliseconds.
    pub created_at: NaiveDateTime,
    /// UTC, milliseconds.
    pub updated_at: NaiveDateTime,
}

/// A line of a reset's history: what changed, and by whom.
#[derive(Clone, Debug)]
pub struct EventStore {
    /// Row id; also the sequence in the public id.
    pub id: i64,
    /// The reset's public id.
    pub resource_id: String,
    /// `create`, `update` or `destroy`.
    pub event: String,
    /// JSON: attribute → `{from, to}`. Never a password, a hash or a token.
    pub payload: String,
    /// JSON: the application that did it.
    pub who: String,
    /// UTC, milliseconds.
    pub created_at: NaiveDateTime,
}

impl EventStore {
    /// `<milliseconds>-<sequence>`.
    #[must_use]
    pub fn public_id(&self) -> String {
        format!("{}-{}", self.created_at.and_utc().timestamp_millis(), self.id)
    }

    /// The row id and the milliseconds in a public id.
    #[must_use]
    pub fn parse_id(id: &str) -> Option<(i64, i64)> {
        let (milliseconds, sequence) = id.split_once('-')?;
        Some((sequence.parse().ok()?, milliseconds.parse().ok()?))
    }
}
